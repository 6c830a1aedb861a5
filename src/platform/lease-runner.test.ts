import { expect, test } from 'vitest'
import { AppError } from '#base/errors.ts'
import type { RootDb } from './db/db.ts'
import { createLeaseRunner, LEASE_TIMES } from './lease-runner.ts'

/** How a run that ended with `error` was handed back. */
async function releaseAfter(error: unknown): Promise<{ isRefunded: boolean; delayS: number }> {
  const { promise, resolve } = Promise.withResolvers<{ isRefunded: boolean; delayS: number }>()
  const runner = createLeaseRunner<{ id: string }, { id: string; owner: string; attempts: number }>({
    // Nothing here asks the database.
    db: {} as RootDb,
    leases: {
      claim: async (_db, { id, owner }) => ({ id, owner, attempts: 1 }),
      listUnattended: async () => [],
      dropAll: async () => {},
      extend: async () => {},
      release: async (_db, released) => resolve(released),
    },
    idOf: ({ id }) => id,
    bus: { publish: () => {}, forget: () => {} },
    run: async () => {
      throw error
    },
    dismiss: () => {},
    calls: { open: () => {}, close: async () => {} },
    delayed: () => new AppError('unavailable', 'test.delayed', 'Later'),
    maxParallel: 1,
    times: LEASE_TIMES,
    isOnlyProcess: true,
    report: () => {},
  })
  runner.start({ id: 'one' })
  return promise
}

test('an attempt that only met a full or absent service does not count', async () => {
  const full = new AppError('unavailable', 'speech.overloaded', 'Full', { retryAfterS: 1 })

  await expect(releaseAfter(full)).resolves.toMatchObject({ isRefunded: true })
})

test('an attempt that the input may have broken counts, so that it is not repeated for ever (faults.md D13)', async () => {
  const died = new AppError('unavailable', 'speech.decoder_died', 'Died', {
    retryAfterS: 1,
    suspectsInput: true,
  })

  await expect(releaseAfter(died)).resolves.toMatchObject({ isRefunded: false })
  await expect(releaseAfter(new Error('a fault of ours'))).resolves.toMatchObject({ isRefunded: false })
})
