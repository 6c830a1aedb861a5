import type { Logger } from 'pino'
import { isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import { sweepOldFiles } from '#platform/files/sweep.ts'
import type { Service } from './wire.ts'

const EVERY_MS = 5 * 60_000
/** An upload is heard long before, or refused. */
const UPLOAD_MAX_AGE_MS = 10 * 60_000

export type CleanUpDeps = {
  leftovers: Service['leftovers']
  uploadDirectory: string
  uploadTimeoutMs: number
  log: Logger
}

/** Puts right what processes that died have left behind: now, and every few minutes until it is stopped. */
export async function startCleanUp(deps: CleanUpDeps): Promise<{ stop: () => Promise<void> }> {
  let running = cleanUp(deps)
  await running
  const timer = setInterval(() => {
    running = cleanUp(deps)
  }, EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}

/** A task that fails is told, and done the next time. */
async function cleanUp({ leftovers, uploadDirectory, uploadTimeoutMs, log }: CleanUpDeps): Promise<void> {
  const uploadMaxAgeMs = Math.max(UPLOAD_MAX_AGE_MS, 2 * uploadTimeoutMs)
  const tasks = {
    erasedLearners: leftovers.finishErasures,
    strayRecordings: leftovers.removeStrays,
    oldUploads: () => sweepOldFiles(uploadDirectory, uploadMaxAgeMs),
  }
  for (const [name, task] of Object.entries(tasks)) {
    try {
      const count = await task()
      if (count > 0) log.info({ [name]: count }, 'left over from a process that ended early, put right')
    } catch (error) {
      if (!isDatabaseUnavailable(error)) log.error({ err: error, task: name }, 'could not clean up')
    }
  }
}
