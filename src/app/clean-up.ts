import type { Logger } from 'pino'
import { isDatabaseUnavailable } from '#platform/db/error-codes.ts'
import { sweepOldFiles } from '#platform/files/sweep.ts'
import type { Service } from './wire.ts'

const EVERY_MS = 5 * 60_000
/** An upload is accepted or refused long before. */
const UPLOAD_MAX_AGE_MS = 10 * 60_000

export type CleanUpDeps = {
  leftovers: Service['leftovers']
  uploadDirectory: string
  uploadTimeoutMs: number
  log: Logger
}

/**
 * Cleans up after processes that died: now, and every few minutes until it is stopped. Resolves when unfinished erasures
 * are done, so that no work begins for a learner who is being erased; the rest goes on beside the service.
 */
export async function startCleanUp(deps: CleanUpDeps): Promise<{ stop: () => Promise<void> }> {
  const { finishErasures, removeStrays } = deps.leftovers
  const uploadMaxAgeMs = Math.max(UPLOAD_MAX_AGE_MS, 2 * deps.uploadTimeoutMs)
  const eraseLearners = () => attempt('erasedLearners', finishErasures, deps.log)
  const removeFiles = async () => {
    await attempt('strayRecordings', removeStrays, deps.log)
    await attempt('oldUploads', () => sweepOldFiles(deps.uploadDirectory, uploadMaxAgeMs), deps.log)
  }
  await eraseLearners()
  let running = removeFiles()
  const timer = setInterval(() => {
    running = running.then(eraseLearners).then(removeFiles)
  }, EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}

/** A task that fails is logged, and runs again the next time. */
async function attempt(name: string, task: () => Promise<number>, log: Logger): Promise<void> {
  try {
    const count = await task()
    if (count > 0) log.info({ [name]: count }, 'cleaned up after a process that ended early')
  } catch (error) {
    if (!isDatabaseUnavailable(error)) log.error({ err: error, task: name }, 'could not clean up')
  }
}
