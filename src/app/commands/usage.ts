import { type Command, Option } from 'commander'
import {
  DEFAULT_DAYS,
  dayOf,
  daysBefore,
  GROUP_KEYS,
  type GroupKey,
  listUsage,
  type UsageGroup,
} from '#features/usage/index.ts'
import { readConfig } from '#platform/config.ts'
import { withTables } from '../with-database.ts'

const MAX_GROUPS = 10_000
const MICRO = 1_000_000

type ReportOptions = { by: GroupKey; from?: string; to?: string; app?: string; json?: boolean }

export function addUsageCommand(program: Command): void {
  program
    .command('usage')
    .description('What language models and transcribers used and cost')
    .command('report')
    .addOption(new Option('--by <group>', 'what a line is').choices(GROUP_KEYS).default('day'))
    .option('--from <day>', 'first day, YYYY-MM-DD in UTC (default: 30 days)')
    .option('--to <day>', 'last day (default: today)')
    .option('--app <id>', 'only this app')
    .option('--json', 'print the groups as JSON')
    .description('Print calls, tokens and cost of all apps, by group')
    .action(async ({ by, app, json, ...days }: ReportOptions) => {
      const to = days.to ?? dayOf(new Date())
      const from = days.from ?? dayOf(daysBefore(new Date(to), DEFAULT_DAYS - 1))
      await withTables(readConfig(process.env), async ({ db }) => {
        const groups = await listUsage(db, { appId: app, from, to, groupBy: by, limit: MAX_GROUPS })
        if (json) console.log(JSON.stringify({ from, to, groupBy: by, groups }, null, 2))
        else printTable(by, groups)
      })
    })
}

function printTable(by: GroupKey, groups: readonly UsageGroup[]): void {
  const rows = groups.map((group) => [
    group.key,
    String(group.callCount),
    String(group.failedCount),
    String(group.inputTokens),
    String(group.cachedInputTokens),
    String(group.outputTokens),
    (group.audioMs / 1_000).toFixed(1),
    (group.costMicroUsd / MICRO).toFixed(6),
    String(group.unpricedCount),
  ])
  const titles = [by, 'calls', 'failed', 'input', 'cached', 'output', 'audio s', 'cost USD', 'unpriced']
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)),
  )
  for (const row of [titles, ...rows]) {
    const cells = row.map((cell, at) =>
      at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
    )
    console.log(cells.join('  ').trimEnd())
  }
}
