import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { MAX_BODY_BYTES } from './bounded-fetch.ts'

/** One line holds one event; a chunk of a reply is a few hundred bytes. */
const MAX_EVENT_CHARACTERS = 256 * 1024
/** Ten pieces a second read as smoothly as a hundred, and each costs more to take up than to read. */
const TOGETHER_MS = 100
/** A vendor that has said its last event may close a little later, and its connection serves again. */
const CLOSING_MS = 1_000

/** Some servers keep the connection open after all was said, or after the text, where a count may follow. */
const GRACE_MS = { complete: 200, finished: 1_500 } as const

/** A new connection costs a learner two or three trips to the vendor; Node's own agent keeps one for five seconds. */
const KEPT_MS = 60_000
const agents = {
  http: new http.Agent({ keepAlive: true, timeout: KEPT_MS }),
  https: new https.Agent({ keepAlive: true, timeout: KEPT_MS }),
}

const eventStreams = new WeakMap<Response, IncomingMessage>()

/**
 * `fetch` for an SDK whose answers are event streams, read by `readEvents` from the socket itself: the web's streams
 * cost more for each piece than all that is done with it. What says why there is none is read whole, up to a megabyte; a
 * page with status 200 is not read at all.
 */
export function eventFetch(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const { method = 'GET', headers, body, signal } = init
  if (input instanceof Request || (body && typeof body !== 'string')) throw new TypeError('Only text is sent')
  const url = new URL(input)
  const [{ request: ask }, agent] = url.protocol === 'https:' ? [https, agents.https] : [http, agents.http]
  return new Promise((resolve, reject) => {
    const call = ask(url, {
      method,
      headers: Object.fromEntries(headers instanceof Headers ? headers : new Headers(headers)),
      agent,
      ...(signal ? { signal } : {}),
    })
    let isAnswered = false
    call.on('error', (error) => {
      // The other side closed a connection that was kept open, at the moment it was used again: it has read nothing.
      const isStale = call.reusedSocket && !isAnswered && isReset(error)
      if (isStale) eventFetch(input, init).then(resolve, reject)
      else reject(error)
    })
    call.on('response', (answer) => {
      isAnswered = true
      toResponse(answer).then(resolve, reject)
    })
    call.end(body)
  })
}

const isReset = (error: Error) => 'code' in error && error.code === 'ECONNRESET'

async function toResponse(answer: IncomingMessage): Promise<Response> {
  const { statusCode: status = 0, statusMessage: statusText = '' } = answer
  const init = { status, statusText, headers: toHeaders(answer.rawHeaders) }
  if (status !== 200) return new Response(await readWhole(answer), init)
  const response = new Response(null, init)
  if (isEventStream(init.headers)) eventStreams.set(response, answer)
  else answer.destroy()
  return response
}

/** Names and values in turn. */
function toHeaders(raw: readonly string[]): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < raw.length; at += 2) headers.append(raw[at] ?? '', raw[at + 1] ?? '')
  return headers
}

const isEventStream = (headers: Headers) =>
  headers.get('content-type')?.toLowerCase().startsWith('text/event-stream') ?? false

async function readWhole(answer: IncomingMessage): Promise<Buffer<ArrayBuffer> | null> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of answer) {
    bytes += piece.length
    if (bytes > MAX_BODY_BYTES) throw new Error(`a body of more than ${MAX_BODY_BYTES} bytes`)
    pieces.push(piece)
  }
  // An answer such as 204 may have no body, not even an empty one.
  return bytes > 0 ? Buffer.concat(pieces) : null
}

/**
 * `begun`: somebody sees something by now. `last`: nothing that follows matters. `finished` and `complete`: the text, or
 * all that is needed, has come, and the stream may end without another event.
 */
export type HearEvent = (event: EventSourceMessage) => 'begun' | 'last' | keyof typeof GRACE_MS | undefined

/**
 * Tells the events of an answer of `eventFetch`, until one has begun it as they come and then what came in each tenth of a
 * second, until the last one or the end. Rejects with what `hear` throws, and when the connection breaks. `undefined` for an answer
 * that is no event stream.
 */
export function readEvents(response: Response, hear: HearEvent): Promise<void> | undefined {
  const answer = eventStreams.get(response)
  if (!answer) return undefined
  return new Promise((resolve, reject) => {
    let isOver = false
    let hasBegun = false
    let grace: NodeJS.Timeout | undefined
    const endEarly = () => {
      isOver = true
      clearTimeout(grace)
      resolve()
      answer.destroy()
    }
    answer.on('close', () => clearTimeout(grace))
    const parser = createParser({
      maxBufferSize: MAX_EVENT_CHARACTERS,
      onEvent(event) {
        // Some servers keep the connection alive with events that say nothing.
        if (isOver || event.data.trim() === '') return
        const sign = hear(event)
        hasBegun ||= sign === 'begun'
        if (sign === 'finished' || sign === 'complete') {
          clearTimeout(grace)
          grace = setTimeout(endEarly, GRACE_MS[sign])
        }
        if (sign !== 'last') return
        isOver = true
        clearTimeout(grace)
        resolve()
        closeSoon(answer)
      },
      onError(error) {
        if (error.type === 'max-buffer-size-exceeded') throw error
      },
    })
    const pile = createPile((text) => {
      if (isOver) return
      try {
        parser.feed(text)
      } catch (error) {
        reject(error)
        answer.destroy()
      }
    })
    answer.setEncoding('utf8')
    answer.on('data', (text: string) => pile.add(text, !hasBegun))
    answer.on('end', () => {
      pile.take()
      resolve()
    })
    answer.on('error', (error) => {
      pile.take()
      if (grace) resolve()
      else reject(error)
    })
  })
}

/** Text that is taken up together, a tenth of a second after the first of it came or when it is much. */
function createPile(takeUp: (text: string) => void) {
  let pile = ''
  let timer: NodeJS.Timeout | undefined
  const take = () => {
    clearTimeout(timer)
    timer = undefined
    const text = pile
    pile = ''
    if (text !== '') takeUp(text)
  }
  return {
    take,
    add(text: string, isUrgent: boolean) {
      pile += text
      if (isUrgent || pile.length > MAX_EVENT_CHARACTERS) take()
      else timer ??= setTimeout(take, TOGETHER_MS)
    },
  }
}

function closeSoon(answer: IncomingMessage): void {
  const late = setTimeout(() => answer.destroy(), CLOSING_MS)
  answer.on('close', () => clearTimeout(late))
}
