import { backoffMs, pause } from './pause.ts'
import { errorOf, MalgilError, unreachable } from './problem.ts'

export type ClientOptions = {
  /** Where the service is, `https://malgil.example`; without `/v1`. */
  baseUrl: string
  /** Of an app. Absent where something on the way adds it, as a browser must not hold it. */
  apiKey?: string
  /** In place of the one of the platform. */
  fetch?: typeof fetch
  /** How often a call is repeated that did not get through; 2 when absent. */
  retries?: number
  /** A stream in which nothing came for so long, not even a heartbeat, is lost; 45 s when absent. */
  heartbeatTimeoutMs?: number
  /** How often in a row a lost stream is taken up again without an event in between; 5 when absent. */
  reconnects?: number
}

export type CallOptions = {
  signal?: AbortSignal
  /** One of its own for each call that changes something when absent: give one to repeat a call of an earlier run. */
  idempotencyKey?: string
}

/** A call with its types erased. */
export type AnyInput = CallOptions & {
  path?: Record<string, string>
  query?: Record<string, unknown>
  body?: unknown
  form?: Record<string, unknown>
}

export type Request = {
  method: string
  url: string
  input: AnyInput
  headers: Record<string, string>
}

const RETRY_BASE_MS = 300
/** Longer waits are the caller's to decide. */
const MAX_RETRY_AFTER_MS = 10_000
const WORTH_REPEATING = new Set([0, 429, 502, 503, 504])

/** `name` is `METHOD /path`. The same request, with the same key, may be sent as often as needed. */
export function toRequest({ baseUrl, apiKey }: ClientOptions, name: string, input: AnyInput): Request {
  const [method = '', template = ''] = name.split(' ')
  const path = template.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(input.path?.[key] ?? ''))
  const query = new URLSearchParams(
    Object.entries(input.query ?? {}).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, String(value)]],
    ),
  )
  const search = query.size > 0 ? `?${query}` : ''
  return {
    method,
    url: `${baseUrl.replace(/\/+$/, '')}${path}${search}`,
    input,
    headers: {
      ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }),
      ...(method === 'POST' ? { 'Idempotency-Key': input.idempotencyKey ?? crypto.randomUUID() } : {}),
      ...(input.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
  }
}

/** A successful answer; throws a `MalgilError` otherwise. One attempt. */
export async function send(
  { fetch: ask = fetch }: ClientOptions,
  { method, url, input, headers }: Request,
): Promise<Response> {
  const { signal } = input
  const body = bodyOf(input)
  const response = await ask(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(signal ? { signal } : {}),
  }).catch((cause: unknown) => {
    throw signal?.aborted ? signal.reason : unreachable(cause)
  })
  if (!response.ok) throw await errorOf(response)
  return response
}

/** Repeats what did not get through; every call may be repeated, since those that change something have a key. */
export async function sendAgain(options: ClientOptions, request: Request): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(options, request)
    } catch (error) {
      const waitMs = waitBeforeRepeatMs(error, attempt)
      if (attempt > (options.retries ?? 2) || waitMs === undefined) throw error
      await pause(waitMs, request.input.signal)
    }
  }
}

/** `undefined`: the same call would end the same way. */
export function waitBeforeRepeatMs(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof MalgilError) || !WORTH_REPEATING.has(error.status)) return undefined
  const { retryAfterMs } = error
  if (error.problem && !error.problem.retryable) return undefined
  if (retryAfterMs !== undefined && retryAfterMs > MAX_RETRY_AFTER_MS) return undefined
  return Math.max(retryAfterMs ?? 0, backoffMs(attempt, RETRY_BASE_MS))
}

function bodyOf({ body, form }: AnyInput): string | FormData | undefined {
  if (form === undefined) return body === undefined ? undefined : JSON.stringify(body)
  const fields = new FormData()
  for (const [name, value] of Object.entries(form)) {
    if (value instanceof Blob) fields.append(name, value)
    else if (value !== undefined) fields.append(name, String(value))
  }
  return fields
}
