export { createLedger, type ObserveCall } from './ledger.ts'
export { costMicroUsd, type Price } from './price.ts'
export { readPrices } from './prices-file.ts'
export { listUsage } from './queries.ts'
export { usageRoutes } from './routes.ts'
export {
  DEFAULT_DAYS,
  dayOf,
  daysBefore,
  GROUP_KEYS,
  type GroupKey,
  type UsageGroup,
} from './usage-report.ts'
