import { type Command, InvalidArgumentError, Option } from 'commander'
import { AppError } from '#base/errors.ts'
import { AT_ONCE } from '../content-test/at-once.ts'
import type { TestOptions } from './run-content-tests.ts'

const NOT_TESTED = 2

const HELP = `
Without keys the author's own lines answer (scripted), and hand-written answers where a test has recorded:; each line
says who answered. What only a model can tell (llm-rubric, latency, cost) is then skipped, with the reason.

Exit codes: 0 nothing failed, 1 something failed, 2 nothing was tested (faults in the content, a wrong option),
3 nothing failed but something could not be tested (a model or the grader was down). A grader that fails is an
error and never a failure. Tests that were skipped do not change the code.`

export function addContentTest(content: Command): void {
  content
    .command('test')
    // A wrong option tests nothing, which is another thing than a test that fails.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : NOT_TESTED))
    .argument('[paths...]', 'files or folders of the content (default: all of it)')
    .option('--provider <name>', 'ask only this one: scripted, or <provider>[:<model>]')
    .addOption(
      new Option('--at-once <tests>', 'so many tests ask models at the same time')
        .default(AT_ONCE)
        .argParser(toCount),
    )
    .option('--json', 'print the whole report as JSON')
    .option('--verbose', 'print what was said and found in every test')
    .option('--export <format...>', 'promptfoo DIR: write the tests for promptfoo, and run none')
    .description('Run the tests: beside prompts, variations and personas')
    .addHelpText('after', HELP)
    .action(async (paths: string[], options: TestOptions) => {
      try {
        const { runContentTests } = await import('./run-content-tests.ts')
        process.exitCode = await runContentTests(paths, options)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        console.error(`malgil: ${error.message}`)
        process.exitCode = NOT_TESTED
      }
    })
}

function toCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 64) throw new InvalidArgumentError('must be 1 to 64')
  return count
}
