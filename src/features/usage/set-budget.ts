import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { type Budget, type BudgetScope, formatDollars, parseDollars } from './budget.ts'
import { deleteBudget, findBudget, upsertBudget } from './budget-queries.ts'
import { amountInvalid, budgetEmpty, budgetNotFound, budgetOutOfOrder } from './errors.ts'

export type BudgetKey = { appId: string; scope: BudgetScope }

/** In dollars, as a person writes them. A limit that is not given stays as it is. */
export type BudgetChange = BudgetKey & { soft?: string | undefined; hard?: string | undefined }

/** Returns the budget as it is now. A limit is taken away by clearing the budget, never by leaving it out. */
export async function setBudget(
  { db }: { db: RootDb },
  { appId, scope, soft, hard }: BudgetChange,
): Promise<Budget> {
  if (soft === undefined && hard === undefined) throw budgetEmpty()
  const given = {
    softMicroUsd: readLimit('The soft limit', soft),
    hardMicroUsd: readLimit('The hard limit', hard),
  }
  return withTransaction(db, async (tx) => {
    const before = await findBudget(tx, { appId, scope })
    const budget: Budget = {
      appId,
      scope,
      softMicroUsd: given.softMicroUsd ?? before?.softMicroUsd ?? null,
      hardMicroUsd: given.hardMicroUsd ?? before?.hardMicroUsd ?? null,
    }
    requireOrder(budget)
    await upsertBudget(tx, budget)
    return budget
  })
}

export async function clearBudget({ db }: { db: Db }, key: BudgetKey): Promise<void> {
  if (!(await deleteBudget(db, key))) throw budgetNotFound()
}

function readLimit(what: string, dollars: string | undefined): number | undefined {
  if (dollars === undefined) return undefined
  const microUsd = parseDollars(dollars)
  if (microUsd === undefined) throw amountInvalid(what, dollars)
  return microUsd
}

function requireOrder({ softMicroUsd, hardMicroUsd }: Budget): void {
  if (softMicroUsd === null || hardMicroUsd === null || softMicroUsd <= hardMicroUsd) return
  throw budgetOutOfOrder(formatDollars(softMicroUsd), formatDollars(hardMicroUsd))
}
