import { Command } from 'commander'
import { AppError } from '#base/errors.ts'
import { addAppsCommands } from './commands/apps.ts'
import { addAssessCommand } from './commands/assess.ts'
import { addBudgetsCommands } from './commands/budgets.ts'
import { addContentCommands } from './commands/content.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addLlmCommands } from './commands/llm.ts'
import { addMigrateCommand } from './commands/migrate.ts'
import { addServeCommand } from './commands/serve.ts'
import { addUsageCommand } from './commands/usage.ts'

const program = new Command('malgil')
  .description(
    'Spoken and written language practice: serve it, run its database, check its content, score recordings.',
  )
  .showHelpAfterError()
  .addHelpText('after', '\nSettings come from the environment: see "Settings" in README.md.')

addServeCommand(program)
addMigrateCommand(program)
addAppsCommands(program)
addContentCommands(program)
addAssessCommand(program)
addLlmCommands(program)
addUsageCommand(program)
addBudgetsCommands(program)
addDemoCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  console.error(error instanceof AppError ? `malgil: ${error.message}` : error)
  process.exitCode = 1
}
