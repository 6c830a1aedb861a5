import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { isDatabaseUnavailable } from './error-codes.ts'

test('a missing file is no absent database, a missing socket of a server is (faults.md E7)', async () => {
  const missing = await readFile('/nowhere/recording').catch((error: unknown) => error)
  const noServer = await new Promise((resolve) => connect('/nowhere/.s.PGSQL.5432').on('error', resolve))

  expect(isDatabaseUnavailable(missing)).toBe(false)
  expect(isDatabaseUnavailable(noServer)).toBe(true)
})
