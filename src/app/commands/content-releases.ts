import { type Command, InvalidArgumentError, Option } from 'commander'
import { LABELS } from '#features/content/authored.ts'
import { toExpect } from './content-author.ts'
import type { DiffOptions } from './content-diff.ts'
import type { LogOptions, RollbackOptions } from './content-moves.ts'
import type { PublishOptions } from './content-publish.ts'

/** What needs the database is loaded when it is run: the other commands do without. */
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
    .action(async (paths: string[], options: PublishOptions) => {
      const { publish } = await import('./content-publish.ts')
      await publish(paths, options)
    })
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
    .action(async (options: RollbackOptions) => {
      const { rollback } = await import('./content-moves.ts')
      await rollback(options)
    })
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
    .action(async (options: DiffOptions) => {
      const { printDiff } = await import('./content-diff.ts')
      await printDiff(options)
    })
  content
    .command('log')
    .addOption(new Option('--label <label>', 'only this label').choices(LABELS))
    .addOption(new Option('--limit <count>', 'the newest').argParser(toNumber).default(50))
    .option('--json', 'print the moves as a JSON array')
    .description('Print who moved which label from which release to which, when and why; the newest last')
    .action(async (options: LogOptions) => {
      const { printLog } = await import('./content-moves.ts')
      await printLog(options)
    })
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
