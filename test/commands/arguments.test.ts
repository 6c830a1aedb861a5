import { describe, expect, test } from 'vitest'
import { callMalgil } from '../support/malgil-program.ts'

/** What a command line prints, and how it ends; nothing is started. */
async function run(args: string[]) {
  const { stdout, stderr, exitCode } = await callMalgil(args)
  return { printed: stdout + stderr, exitCode }
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
