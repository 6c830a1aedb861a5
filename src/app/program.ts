import { Command, CommanderError } from 'commander'
import { AppError } from '#base/errors.ts'

type AddCommands = (program: Command) => void

/** Each loads what it needs when it is called: a check of files should not wait for a server's packages. */
const COMMANDS: Record<string, () => Promise<AddCommands>> = {
  serve: async () => (await import('./commands/serve.ts')).addServeCommand,
  migrate: async () => (await import('./commands/migrate.ts')).addMigrateCommand,
  apps: async () => (await import('./commands/apps.ts')).addAppsCommands,
  content: async () => (await import('./commands/content.ts')).addContentCommands,
  assess: async () => (await import('./commands/assess.ts')).addAssessCommand,
  llm: async () => (await import('./commands/llm.ts')).addLlmCommands,
  usage: async () => (await import('./commands/usage.ts')).addUsageCommand,
  budgets: async () => (await import('./commands/budgets.ts')).addBudgetsCommands,
  demo: async () => (await import('./commands/demo.ts')).addDemoCommand,
}

/** The command line; `called` is its first word, and only the commands of that name are loaded where there are some. */
export async function createProgram(called = ''): Promise<Command> {
  const program = new Command('malgil')
    .description(
      'Spoken and written language practice: serve it, run its database, check its content, score recordings.',
    )
    .showHelpAfterError()
    .addHelpText('after', '\nSettings come from the environment: see "Settings" in README.md.')
  const named = Object.hasOwn(COMMANDS, called) ? [COMMANDS[called]] : Object.values(COMMANDS)
  for (const load of named) (await load?.())?.(program)
  return program
}

/** Runs what the words ask for. What goes wrong is said in a sentence, and the process will end with 1. */
export async function runProgram(args: readonly string[], program: Command): Promise<void> {
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    // It has said what it is about already.
    if (!(error instanceof CommanderError))
      console.error(error instanceof AppError ? `malgil: ${error.message}` : error)
    process.exitCode = error instanceof CommanderError ? error.exitCode : 1
  }
}
