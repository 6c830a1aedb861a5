import type { Answer, AnswerHeader } from '../endpoint.ts'
import type { Json } from './schema.ts'

const header = (description: string, example: string): Json => ({
  description,
  schema: { type: 'string' },
  example,
})

const REQUEST_ID = header(
  'The id of this request in the logs of the service: your own `X-Request-Id`, or a new one',
  '0199f0c4-7c1e-7000-8000-0000000000ff',
)
const RATE_LIMIT = header('How many requests are left of the limit that is nearest', '"user";r=59;t=60')
const RATE_LIMIT_POLICY = header('That limit and its window in seconds', '"user";q=60;w=60')
const REPLAYED = header('`true` when this answer belongs to an earlier request with the same key', 'true')
const LOCATION = header('Where to ask for it again', '/v1/users/…')
const ANSWER_HEADERS: Record<AnswerHeader, Json> = { Location: LOCATION, 'Idempotent-Replayed': REPLAYED }
const RETRY_AFTER: Json = {
  description: 'Seconds to wait before the same request may succeed',
  schema: { type: 'integer', minimum: 0 },
  example: 5,
}
const AUTHENTICATE = header('The scheme to authenticate with', 'Bearer')

/** `RateLimit` is absent where no limit is set. */
const RATE_HEADERS = { RateLimit: RATE_LIMIT, 'RateLimit-Policy': RATE_LIMIT_POLICY }

export const headersOfAnswer = ({ headers = [] }: Answer): Json => ({
  'X-Request-Id': REQUEST_ID,
  ...RATE_HEADERS,
  ...Object.fromEntries(headers.map((name) => [name, ANSWER_HEADERS[name]])),
})

export function headersOfProblem(status: number): Json {
  return {
    'X-Request-Id': REQUEST_ID,
    ...(status === 401 ? { 'WWW-Authenticate': AUTHENTICATE } : {}),
    ...(status === 429 ? RATE_HEADERS : {}),
    ...([409, 429, 503].includes(status) ? { 'Retry-After': RETRY_AFTER } : {}),
  }
}
