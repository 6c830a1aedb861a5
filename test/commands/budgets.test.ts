import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callMalgil } from '../support/malgil-program.ts'
import { givenDataDir } from '../support/test-database.ts'

describe('malgil budgets', () => {
  let dataDir: string
  beforeAll(async () => {
    dataDir = await givenDataDir()
    expect(await malgil('apps', 'create', 'My app')).toMatchObject({ exitCode: 0 })
  })
  afterAll(() => rm(dataDir, { recursive: true, force: true }))

  const malgil = (...args: string[]) => callMalgil(args, { MALGIL_DATA_DIR: dataDir })
  const list = async () => (await malgil('budgets', 'list')).stdout

  test('sets, keeps what is not given, lists and clears', async () => {
    const set = await malgil('budgets', 'set', 'My app', '--scope', 'app', '--hard', '5')
    expect(set).toMatchObject({ exitCode: 0, stdout: 'My app\tapp\tsoft none\thard 5.00 USD\ta day\n' })
    await malgil('budgets', 'set', 'My app', '--scope', 'app', '--soft', '2.000001')
    await malgil('budgets', 'set', 'My app', '--scope', 'user', '--soft', '0.1')

    expect(await list()).toBe(
      'My app\tapp\tsoft 2.000001 USD\thard 5.00 USD\ta day\nMy app\tuser\tsoft 0.10 USD\thard none\ta day\n',
    )

    const cleared = await malgil('budgets', 'clear', 'My app', '--scope', 'app')
    expect(cleared).toMatchObject({ exitCode: 0 })
    expect(await list()).toBe('My app\tuser\tsoft 0.10 USD\thard none\ta day\n')
    await malgil('budgets', 'clear', 'My app', '--scope', 'user')
    expect(await list()).toBe('')
  })

  test.each([
    [
      'a negative amount',
      ['My app', '--scope', 'app', '--hard', '-1'],
      /hard limit must be US dollars.*'-1'/,
    ],
    ['soft above hard', ['My app', '--scope', 'app', '--soft', '2', '--hard', '1.5'], /2\.00 USD.*1\.50 USD/],
    ['an unknown app', ['Your app', '--scope', 'app', '--hard', '1'], /no app called Your app/],
    ['an unknown scope', ['My app', '--scope', 'city', '--hard', '1'], /Allowed choices are app, user/],
  ])('refuses %s in a plain sentence', async (_, args, message) => {
    const { exitCode, stderr } = await malgil('budgets', 'set', ...args)

    expect(exitCode).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  test('a budget that is not there cannot be cleared', async () => {
    const { exitCode, stderr } = await malgil('budgets', 'clear', 'My app', '--scope', 'user')

    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/no such budget/)
  })
})
