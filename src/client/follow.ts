import { backoffMs, pause } from './pause.ts'
import { fromProblem, MalgilError, readJson, readProblem, streamLost } from './problem.ts'
import { readFrames } from './read-frames.ts'
import { type ClientOptions, type Request, send, sendAgain } from './request.ts'

/** After these nothing more comes. */
const ENDS = new Set(['turn.completed', 'message.completed'])
const HEARTBEAT_TIMEOUT_MS = 45_000
const RECONNECTS = 5

export type AnyEvent = { id: string | undefined; event: string; data: unknown }

/** How far the stream was read, and where it goes on. */
type Place = {
  request: Request
  lastEventId: string | undefined
  retryMs: number
  /** Whether the service has taken the call. */
  isOpen: boolean
  failures: number
}

/**
 * The events of a call to their end. A connection that was lost is taken up again after the last event; a problem, also
 * one that comes as an event, is thrown.
 */
export async function* follow(options: ClientOptions, request: Request): AsyncGenerator<AnyEvent> {
  const { signal } = request.input
  const place: Place = { request, lastEventId: undefined, retryMs: 1_000, isOpen: false, failures: 0 }
  while (true) {
    try {
      for await (const event of readOnce(options, place)) {
        yield event
        if (ENDS.has(event.event)) return
      }
      throw streamLost()
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      await pause(waitBeforeReconnectMs(options, error, place), signal)
    }
  }
}

/** The events of one connection. */
async function* readOnce(options: ClientOptions, place: Place): AsyncGenerator<AnyEvent> {
  const response = await connect(options, place)
  const silenceMs = options.heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS
  for await (const frame of readFrames(response, { silenceMs, signal: place.request.input.signal })) {
    place.retryMs = frame.retryMs ?? place.retryMs
    if (frame.event === undefined) continue
    if (frame.event === 'problem') throw toError(frame.id, frame.data)
    place.lastEventId = frame.id ?? place.lastEventId
    place.failures = 0
    yield { id: frame.id, event: frame.event, data: readJson(frame.data) }
  }
}

async function connect(options: ClientOptions, place: Place): Promise<Response> {
  const { request, lastEventId } = place
  const headers = {
    ...request.headers,
    Accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
  }
  // The first time calls are repeated as usual; later this is itself the repetition.
  const response = await (place.isOpen ? send : sendAgain)(options, { ...request, headers })
  place.isOpen = true
  const location = response.headers.get('Location')
  // What was sent is kept there, so that it need not be sent again. A browser may be kept from seeing the header:
  // then the call is repeated with its key.
  if (location !== null) place.request = toRead(request, new URL(location, request.url).href)
  return response
}

function toRead({ headers, input: { signal } }: Request, url: string): Request {
  const { 'Content-Type': _type, 'Idempotency-Key': _key, ...kept } = headers
  return { method: 'GET', url, headers: kept, input: signal ? { signal } : {} }
}

/** A problem with an id is the end; one without says that this process had to leave what it was doing. */
class Interruption extends Error {
  override readonly name = 'Interruption'
}

function toError(id: string | undefined, data: string): MalgilError {
  const problem = readProblem(data)
  if (!problem) return streamLost(new Error('a problem that cannot be read'))
  if (id !== undefined) return fromProblem(problem)
  return new MalgilError(
    { code: problem.code, status: problem.status, message: problem.detail },
    { problem, cause: new Interruption('the stream ended before the reply did') },
  )
}

/** Throws the error where coming back is of no use. */
function waitBeforeReconnectMs(
  { reconnects = RECONNECTS }: ClientOptions,
  error: unknown,
  place: Place,
): number {
  place.failures += 1
  if (!(error instanceof MalgilError) || !place.isOpen || place.failures > reconnects || !isPassing(error))
    throw error
  return Math.max(error.retryAfterMs ?? 0, backoffMs(place.failures, place.retryMs))
}

/** The connection, a process that had to leave, one that is full, or something on the way that cannot reach it. */
function isPassing({ status, problem, cause }: MalgilError): boolean {
  if (status === 0 || cause instanceof Interruption) return true
  if (problem === undefined) return status >= 502
  // The connection that broke may still be counted among those that are open.
  if (problem.code === 'rate.too_many_streams') return true
  return problem.retryable && status === 503
}
