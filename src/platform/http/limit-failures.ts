import { RateLimiterMemory } from 'rate-limiter-flexible'
import { AppError } from '#base/errors.ts'
import type { Authenticator, Calling } from './identity.ts'

const WINDOW_S = 60
/** How often in a second all keys may be read, for all addresses together. */
const LOOKS_PER_SECOND = 5

/**
 * Counts failed authentications by address, in this process. An address beyond `perMinute` of them is refused without a
 * look into the database, except for one who has a good key: many learners may share an address with somebody who tries
 * keys. All keys are read for that, a few times a second at most, so a key that is made in that second may have to wait.
 */
export function limitFailures(
  authenticator: Authenticator,
  { perMinute }: { perMinute: number },
): Authenticator {
  if (perMinute === 0) return authenticator
  const failures = new RateLimiterMemory({ points: perMinute, duration: WINDOW_S })
  const looks = new RateLimiterMemory({ points: LOOKS_PER_SECOND, duration: 1 })
  let keysLoaded = Promise.resolve()

  async function isKnown({ authorization }: Calling): Promise<boolean> {
    if (authorization === undefined) return false
    if (authenticator.presume(authorization)) return true
    const mayLook = await looks.consume('keys').then(
      () => true,
      () => false,
    )
    if (mayLook) keysLoaded = authenticator.loadKeys()
    await keysLoaded
    return authenticator.presume(authorization) !== undefined
  }

  return {
    ...authenticator,
    async authenticate(calling) {
      // Counted before it is known how it ends, so that many at once are no way around the limit.
      const counted = await failures.penalty(calling.address)
      if (counted.consumedPoints > perMinute && !(await isKnown(calling)))
        throw tooManyFailures(counted.msBeforeNext)
      let hasFailed = false
      try {
        return await authenticator.authenticate(calling)
      } catch (error) {
        hasFailed = isFailure(error)
        throw error
      } finally {
        if (!hasFailed) await failures.reward(calling.address)
      }
    },
  }
}

const isFailure = (error: unknown) => error instanceof AppError && error.kind === 'unauthenticated'

const tooManyFailures = (msBeforeNext: number) =>
  new AppError(
    'too_many',
    'auth.too_many_failures',
    'Too many requests from this address had no valid API key: wait, and send a valid one',
    { retryAfterS: Math.max(1, Math.ceil(msBeforeNext / 1_000)) },
  )
