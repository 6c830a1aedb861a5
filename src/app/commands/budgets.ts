import { type Command, Option } from 'commander'
import { getApp, listApps } from '#features/identity/index.ts'
import {
  BUDGET_SCOPES,
  type BudgetLimits,
  type BudgetScope,
  clearBudget,
  formatDollars,
  listBudgets,
  setBudget,
} from '#features/usage/index.ts'
import { readConfig } from '#platform/config.ts'
import { withTables } from '../with-database.ts'

type SetOptions = { scope: BudgetScope; soft?: string; hard?: string }

export function addBudgetsCommands(program: Command): void {
  const budgets = program
    .command('budgets')
    .description('What an app, and each single user of it, may cost on one day (UTC)')
  budgets
    .command('set')
    .argument('<app>', 'name or id of the app')
    .addOption(scopeOption())
    .option('--soft <usd>', 'from here on the operator is warned')
    .option('--hard <usd>', 'from here on calls are refused until midnight UTC')
    .description('Set one limit or both; a limit that is not given stays')
    .action((name: string, { scope, soft, hard }: SetOptions) =>
      withTables(readConfig(process.env), async ({ db }) => {
        const { appId, name: app } = await getApp(db, name)
        printBudget(app, scope, await setBudget({ db }, { appId, scope, soft, hard }))
      }),
    )
  budgets
    .command('list')
    .description('List the budgets of all apps')
    .action(() =>
      withTables(readConfig(process.env), async ({ db }) => {
        const byApp = Map.groupBy(await listBudgets(db), ({ appId }) => appId)
        for (const { appId, name } of await listApps(db)) {
          for (const budget of byApp.get(appId) ?? []) printBudget(name, budget.scope, budget)
        }
      }),
    )
  budgets
    .command('clear')
    .argument('<app>', 'name or id of the app')
    .addOption(scopeOption())
    .description('Take a budget away: no limit any more')
    .action((name: string, { scope }: { scope: BudgetScope }) =>
      withTables(readConfig(process.env), async ({ db }) => {
        const { appId, name: app } = await getApp(db, name)
        await clearBudget({ db }, { appId, scope })
        console.log(`${app}\t${scope}\tno budget`)
      }),
    )
}

const scopeOption = () =>
  new Option('--scope <scope>', 'the whole app, or each single user of it')
    .choices(BUDGET_SCOPES)
    .makeOptionMandatory()

function printBudget(app: string, scope: BudgetScope, { softMicroUsd, hardMicroUsd }: BudgetLimits): void {
  const soft = softMicroUsd === null ? 'none' : `${formatDollars(softMicroUsd)} USD`
  const hard = hardMicroUsd === null ? 'none' : `${formatDollars(hardMicroUsd)} USD`
  console.log(`${app}\t${scope}\tsoft ${soft}\thard ${hard}\ta day`)
}
