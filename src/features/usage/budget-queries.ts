import { type Expression, type ExpressionBuilder, expressionBuilder, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import { compiledOnce } from '#platform/db/compiled-once.ts'
import type { Db } from '#platform/db/db.ts'
import type { DB } from '#platform/db/schema.ts'
import type { Budget, SpentBudget } from './budget.ts'
import type { BudgetKey } from './set-budget.ts'

/** The driver gives a bigint as a number. */
const LIMITS = [
  sql<number | null>`soft_micro_usd`.as('softMicroUsd'),
  sql<number | null>`hard_micro_usd`.as('hardMicroUsd'),
] as const

const COLUMNS = ['budgets.app_id as appId', 'budgets.scope', ...LIMITS] as const

const selectBudgets = (db: Db) => db.selectFrom('budgets').select(COLUMNS)

const SPENT = sql<number>`coalesce(sum(u.cost_micro_usd), 0)::bigint`.as('spent')

export type SpentOn = { appId: string; userId: string; on: string }

/** The app's first, then the user's; none where nobody set any. What has no price is in no cost. For any statement. */
export const spentBudgets = (
  builder: ExpressionBuilder<DB, never>,
  { appId, userId, on }: SpentOn,
): Expression<SpentBudget> =>
  builder
    .selectFrom('budgets')
    .select(COLUMNS)
    .select(({ selectFrom }) => {
      const byLearners = selectFrom('usage_daily as u')
        .select(SPENT)
        .whereRef('u.app_id', '=', 'budgets.app_id')
        .where('u.used_on', '=', sql<Date>`${on}::date`)
        .where(({ or, eb }) => or([eb('budgets.scope', '=', 'app'), eb('u.user_id', '=', userId)]))
      const byErased = selectFrom('app_usage_daily as u')
        .select(SPENT)
        .whereRef('u.app_id', '=', 'budgets.app_id')
        .where('u.used_on', '=', sql<Date>`${on}::date`)
        .where('budgets.scope', '=', 'app')
      return sql<number>`(${byLearners} + ${byErased})`.as('spentMicroUsd')
    })
    .where('budgets.app_id', '=', appId)
    .orderBy('budgets.scope')

/** By itself. */
export async function listSpentBudgets(db: Db, spent: SpentOn): Promise<readonly SpentBudget[]> {
  const [row] = await askForSpent(db, spent)
  return row?.budgets ?? []
}

const askForSpent = compiledOnce((statement, spent: SpentOn) =>
  statement.selectNoFrom(jsonArrayFrom(spentBudgets(expressionBuilder<DB, never>(), spent)).as('budgets')),
)

export async function findBudget(db: Db, { appId, scope }: BudgetKey): Promise<Budget | undefined> {
  return selectBudgets(db)
    .where('app_id', '=', appId)
    .where('scope', '=', scope)
    .forUpdate()
    .executeTakeFirst()
}

/** Of all apps. */
export async function listBudgets(db: Db): Promise<Budget[]> {
  return selectBudgets(db).orderBy('app_id').orderBy('scope').execute()
}

export async function upsertBudget(db: Db, budget: Budget): Promise<void> {
  const limits = { soft_micro_usd: budget.softMicroUsd, hard_micro_usd: budget.hardMicroUsd }
  await db
    .insertInto('budgets')
    .values({ app_id: budget.appId, scope: budget.scope, ...limits })
    .onConflict((conflict) =>
      conflict.columns(['app_id', 'scope']).doUpdateSet({ ...limits, updated_at: sql`now()` }),
    )
    .execute()
}

/** False where there was none. */
export async function deleteBudget(db: Db, { appId, scope }: BudgetKey): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('budgets')
    .where('app_id', '=', appId)
    .where('scope', '=', scope)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
