export {
  BUDGET_SCOPES,
  type BudgetLimits,
  type BudgetScope,
  formatDollars,
  type SpentBudget,
} from './budget.ts'
export { type BudgetGate, createBudgetGate } from './budget-gate.ts'
export { listBudgets, spentBudgets } from './budget-queries.ts'
export { createExpectedCalls, type ExpectedCall, type ExpectedCalls } from './expected-calls.ts'
export { createLedger, type ObserveCall } from './ledger.ts'
export { costMicroUsd, findPrice, isValidOn, type Price } from './price.ts'
export { PricesFile, readPrices } from './prices-file.ts'
export { costOfTurns, forgetLearnerIn, listUsage } from './queries.ts'
export { usageRoutes } from './routes.ts'
export { clearBudget, setBudget } from './set-budget.ts'
export { createTally, type Tally } from './tally.ts'
export {
  DEFAULT_DAYS,
  dayOf,
  daysBefore,
  GROUP_KEYS,
  type GroupKey,
  type UsageGroup,
} from './usage-report.ts'
export { createBudgetWatch } from './watch-budget.ts'
