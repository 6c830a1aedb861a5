import { type Command, InvalidArgumentError, Option } from 'commander'
import { LABELS, type Label, listMoves, rollbackLabel } from '#features/content/index.ts'
import { readConfig } from '#platform/config.ts'
import { NEEDED_PROMPTS } from '../prompt-contracts.ts'
import { withTables } from '../with-database.ts'
import { authorOf, type Expect, expectedOf, toExpect } from './content-author.ts'
import { printDiff } from './content-diff.ts'
import { formatMove, publish } from './content-publish.ts'

type RollbackOptions = {
  label: Label
  to?: number
  steps?: number
  message?: string
  author?: string
  expect?: Expect
}

export function addContentReleaseCommands(content: Command): void {
  content
    .command('publish')
    .argument('[paths...]', 'only these files and folders; the rest stays as the label has it')
    .addOption(labelOption())
    .option('--message <why>', 'why, for the log')
    .option('--author <name>', "who (default: git's user.name)")
    .addOption(expectOption())
    .option('--dry-run', 'only say what would change')
    .description('Check the files, keep them as a release for good, and point a label to it')
    .action(publish)
  content
    .command('rollback')
    .addOption(labelOption())
    .addOption(
      new Option('--to <release>', 'the release to go back to').argParser(toNumber).conflicts('steps'),
    )
    .addOption(new Option('--steps <count>', 'so many releases back (default: 1)').argParser(toNumber))
    .option('--message <why>', 'why, for the log')
    .option('--author <name>', "who (default: git's user.name)")
    .addOption(expectOption())
    .description('Point a label to a release it pointed to before')
    .action(rollback)
  content
    .command('diff')
    .option(
      '--from <side>',
      `'files', a label (${LABELS.join(', ')}) or the number of a release`,
      'production',
    )
    .option('--to <side>', 'the same', 'files')
    .option('--json', 'print the lines as a JSON array')
    .description('Print in words what changes for learners')
    .action(printDiff)
  content
    .command('log')
    .addOption(new Option('--label <label>', 'only this label').choices(LABELS))
    .addOption(new Option('--limit <count>', 'the newest').argParser(toNumber).default(50))
    .option('--json', 'print the moves as a JSON array')
    .description('Print who moved which label from which release to which, when and why; the newest last')
    .action(printLog)
}

const labelOption = () =>
  new Option('--label <label>', 'which label to move').choices(LABELS).default('production')

const expectOption = () =>
  new Option(
    '--expect <release>',
    "refuse unless the label still points to this release ('none': to no release yet)",
  ).argParser(toExpect)

function toNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 on.')
  return Number(text)
}

async function rollback({
  label,
  to,
  steps = 1,
  message,
  expect,
  ...options
}: RollbackOptions): Promise<void> {
  const config = readConfig(process.env)
  const { author } = await authorOf(config.contentDir, options)
  await withTables(config, async ({ db }) => {
    const { status, release, from } = await rollbackLabel(
      { db },
      {
        label,
        target: to === undefined ? { steps } : { to },
        neededPrompts: NEEDED_PROMPTS,
        author,
        message,
        expected: expectedOf(expect),
      },
    )
    if (status === 'unchanged') console.log(`Nothing to do: ${label} points to release ${release.number}`)
    else console.log(formatMove(label, from, release))
  })
}

async function printLog({
  label,
  limit,
  json,
}: {
  label?: Label
  limit: number
  json?: boolean
}): Promise<void> {
  await withTables(readConfig(process.env), async ({ db }) => {
    const moves = await listMoves(db, { label, limit })
    if (json) console.log(JSON.stringify(moves, null, 2))
    else {
      for (const { label: moved, from, to, movedBy, movedAt, message } of moves) {
        const cells = [movedAt.toISOString(), moved, `${from ?? 'none'} → ${to}`, movedBy, message ?? '']
        console.log(cells.join('\t').trimEnd())
      }
    }
    if (moves.length === 0) console.error('Nothing was published yet')
  })
}
