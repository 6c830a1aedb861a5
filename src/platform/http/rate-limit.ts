import type { Response } from 'express'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '#base/errors.ts'

/** Requests in a minute, and event streams at once; 0 is no limit. Counted in this process. */
export type Rates = { perApp: number; perUser: number; streamsPerUser: number }

export type Caller = { appId: string; userId: string | undefined }

export type RateLimit = {
  /** Throws `rate.exceeded`. Sets the `RateLimit` headers of the limit that is nearest. */
  admit: (caller: Caller, res: Response) => Promise<void>
  /** Throws `rate.too_many_streams`; the stream counts until its answer has closed. */
  admitStream: (caller: Caller, res: Response) => void
}

const WINDOW_S = 60
/** Streams end when replies do, within seconds. */
const STREAM_RETRY_S = 5

type Limit = { name: 'app' | 'user'; points: number; limiter: RateLimiterMemory }
type Left = { name: string; points: number; remaining: number; resetS: number }

export function createRateLimit({ perApp, perUser, streamsPerUser }: Rates): RateLimit {
  const ofApp = createLimit('app', perApp)
  const ofUser = createLimit('user', perUser)
  const streams = new Map<string, number>()
  return {
    async admit({ appId, userId }, res) {
      // The user first: what one user is refused does not use up what the app may do.
      const left = [
        userId !== undefined && ofUser ? await consume(ofUser, keyOf({ appId, userId }), res) : undefined,
        ofApp ? await consume(ofApp, appId, res) : undefined,
      ].filter((one) => one !== undefined)
      const [nearest] = left.toSorted((one, other) => one.remaining - other.remaining)
      if (nearest) setHeaders(res, nearest)
    },
    admitStream({ appId, userId }, res) {
      if (streamsPerUser === 0) return
      const key = keyOf({ appId, userId })
      const open = streams.get(key) ?? 0
      if (open >= streamsPerUser) throw tooManyStreams(streamsPerUser)
      streams.set(key, open + 1)
      res.on('close', () => {
        const rest = (streams.get(key) ?? 1) - 1
        if (rest > 0) streams.set(key, rest)
        else streams.delete(key)
      })
    },
  }
}

/** Of the user of this app, since anybody may name another's. */
const keyOf = ({ appId, userId }: Caller) => `${appId} ${userId}`

const createLimit = (name: Limit['name'], points: number): Limit | undefined =>
  points === 0 ? undefined : { name, points, limiter: new RateLimiterMemory({ points, duration: WINDOW_S }) }

async function consume({ name, points, limiter }: Limit, key: string, res: Response): Promise<Left> {
  try {
    return toLeft(await limiter.consume(key), { name, points })
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    const left = toLeft(refused, { name, points })
    setHeaders(res, left)
    throw tooManyRequests(left)
  }
}

const toLeft = (
  { remainingPoints, msBeforeNext }: RateLimiterRes,
  { name, points }: Pick<Limit, 'name' | 'points'>,
): Left => ({
  name,
  points,
  remaining: remainingPoints,
  resetS: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
})

/** As in draft-ietf-httpapi-ratelimit-headers. */
function setHeaders(res: Response, { name, points, remaining, resetS }: Left): void {
  res.set('RateLimit-Policy', `"${name}";q=${points};w=${WINDOW_S}`)
  res.set('RateLimit', `"${name}";r=${remaining};t=${resetS}`)
}

const tooManyRequests = ({ name, points, resetS }: Left) =>
  new AppError('too_many', 'rate.exceeded', `At most ${points} requests a minute of one ${name}`, {
    retryAfterS: resetS,
  })

const tooManyStreams = (streams: number) =>
  new AppError('too_many', 'rate.too_many_streams', `At most ${streams} event streams at once of one user`, {
    retryAfterS: STREAM_RETRY_S,
  })
