import { expect, test } from 'vitest'
import { AppError } from '#base/errors.ts'
import { limitFailures } from './limit-failures.ts'

const GOOD = 'Bearer good'
const IDENTITY = { appId: 'app', apiKeyId: 'key' }
const PER_MINUTE = 10

/** Counts what would be asked of the database. Knows its key only after the keys were loaded, as a new process does. */
function givenLimit() {
  const asked = { authenticate: 0, loadKeys: 0 }
  let isLoaded = false
  const limited = limitFailures(
    {
      async authenticate({ authorization }) {
        asked.authenticate += 1
        if (authorization !== GOOD) throw new AppError('unauthenticated', 'auth.key_unknown', 'Unknown')
        return { identity: IDENTITY, mayAct: true }
      },
      presume: (authorization) => (isLoaded && authorization === GOOD ? IDENTITY : undefined),
      async loadKeys() {
        asked.loadKeys += 1
        isLoaded = true
      },
    },
    { perMinute: PER_MINUTE },
  )
  const call = (authorization: string) =>
    limited.authenticate({ authorization, userId: undefined, address: '192.0.2.1' }).then(
      () => 'served',
      (error: AppError) => error.code,
    )
  return {
    asked,
    call,
    callAtOnce: (count: number, key: string) => Promise.all(new Array(count).fill(key).map(call)),
  }
}

test('a thousand guesses at once ask the database for ten of them, and for its keys a few times (faults.md A19)', async () => {
  const { asked, callAtOnce } = givenLimit()

  const answers = await callAtOnce(1_000, 'Bearer guess')

  expect(answers.filter((code) => code === 'auth.key_unknown')).toHaveLength(PER_MINUTE)
  expect(answers.filter((code) => code === 'auth.too_many_failures')).toHaveLength(1_000 - PER_MINUTE)
  expect(asked.authenticate).toBe(PER_MINUTE)
  expect(asked.loadKeys).toBeGreaterThan(0)
  expect(asked.loadKeys).toBeLessThanOrEqual(10)
})

test('a good key that nobody has used yet is served in the middle of guesses (faults.md A19)', async () => {
  const { callAtOnce } = givenLimit()
  await callAtOnce(PER_MINUTE, 'Bearer guess')

  const [good] = await Promise.all([callAtOnce(100, GOOD), callAtOnce(1_000, 'Bearer guess')])

  expect(good).toEqual(new Array(100).fill('served'))
})

test('trouble that is not the fault of the caller is not counted', async () => {
  const limited = limitFailures(
    {
      authenticate: () => Promise.reject(new AppError('unavailable', 'database.unavailable', 'Away')),
      presume: () => undefined,
      loadKeys: async () => {},
    },
    { perMinute: 1 },
  )
  const call = () => limited.authenticate({ authorization: GOOD, userId: undefined, address: '192.0.2.1' })

  for (let time = 0; time < 3; time += 1)
    await expect(call()).rejects.toMatchObject({ code: 'database.unavailable' })
})
