import { CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { createProgram } from '#app/program.ts'

/** What a command line prints, and how commander ends it; nothing is started. */
async function run(args: string[]) {
  const program = await createProgram(args[0])
  let printed = ''
  const write = (text: string) => {
    printed += text
  }
  const quiet = (command: typeof program) => {
    command.exitOverride().configureOutput({ writeOut: write, writeErr: write })
    for (const child of command.commands) quiet(child)
  }
  quiet(program)
  const end = await program.parseAsync(args, { from: 'user' }).catch((error: unknown) => error)
  return { printed, exitCode: end instanceof CommanderError ? end.exitCode : undefined }
}

describe('malgil', () => {
  test.each([
    [['--help']],
    [['serve', '--help']],
    [['migrate', '--help']],
    [['apps', 'create', '--help']],
    [['budgets', 'set', '--help']],
    [['content', 'check', '--help']],
    [['assess', '--help']],
    [['demo', '--help']],
  ])('explains %j', async (args) => {
    const { exitCode, printed } = await run(args)
    expect(exitCode).toBe(0)
    expect(printed).toMatch(/^Usage: malgil/)
    expect(printed).toMatch(/--help/)
  })

  test('an unknown command is refused with the usage', async () => {
    const { exitCode, printed } = await run(['sing'])
    expect(exitCode).toBe(1)
    expect(printed).toMatch(/unknown command 'sing'[\s\S]*Usage: malgil/)
  })
})
