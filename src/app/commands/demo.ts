import type { Command } from 'commander'
import { runDemo } from '../demo/run-demo.ts'

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'Tell the main story in the terminal: a spoken and a typed turn on a temporary database, no keys',
    )
    .action(runDemo)
}
