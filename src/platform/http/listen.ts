import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { AppError } from '#base/errors.ts'
import { ANSWER_HEADERS } from './answer-headers.ts'
import { statusOf, toProblem } from './problem.ts'

export type Listening = {
  url: string
  /** Stops taking requests, lets those in flight end, and cuts what is left after `graceMs`. */
  close: (graceMs: number) => Promise<void>
}

const HEADERS_TIMEOUT_MS = 10_000
/** How often slow clients are looked for. */
const CHECK_EVERY_MS = 1_000
/** Longer than the upload limit: that one answers with a problem, this one only cuts. */
const REQUEST_TIMEOUT_MS = 11 * 60_000

/** Throws `server.port_in_use` or `server.cannot_listen`. Port 0 takes a free one. */
export async function listen(
  app: RequestListener,
  {
    host,
    port,
    headersTimeoutMs = HEADERS_TIMEOUT_MS,
  }: { host: string; port: number; headersTimeoutMs?: number },
): Promise<Listening> {
  const limits = {
    headersTimeout: headersTimeoutMs,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: Math.min(headersTimeoutMs, CHECK_EVERY_MS),
  }
  const server = createServer(limits, app)
  server.on('clientError', (error, socket) => refuseConnection(error, socket))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen({ host, port }, cause)))
    server.listen(port, host, () => resolve())
  })
  const { port: actualPort } = server.address() as AddressInfo
  const shownHost = host.includes(':') ? `[${host}]` : host
  return { url: `http://${shownHost}:${actualPort}`, close: (graceMs) => close(server, graceMs) }
}

const REFUSALS: Record<string, AppError> = {
  HPE_HEADER_OVERFLOW: new AppError(
    'headers_too_large',
    'request.headers_too_large',
    'The headers are too large',
  ),
  ERR_HTTP_REQUEST_TIMEOUT: new AppError('too_slow', 'request.too_slow', 'The request did not come in time'),
}

const GENERAL_HEADERS = Object.entries(ANSWER_HEADERS)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')

const NOT_HTTP = new AppError('invalid', 'request.not_http', 'This is no valid HTTP/1.1 request')

/** What never became a request has no handler that could answer it. In the middle of another answer nothing is said. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Duplex): void {
  const isAnswering = '_httpMessage' in socket && Boolean(socket._httpMessage)
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) return void socket.destroy()
  const refusal = REFUSALS[error.code ?? ''] ?? NOT_HTTP
  const body = JSON.stringify(toProblem(refusal, undefined))
  const status = statusOf(refusal.kind)
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n${GENERAL_HEADERS}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}

function cannotListen(
  { host, port }: { host: string; port: number },
  cause: NodeJS.ErrnoException,
): AppError {
  if (cause.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is in use by another program: stop it, or set PORT to a free one`
    return new AppError('conflict', 'server.port_in_use', message, { cause })
  }
  return new AppError(
    'unavailable',
    'server.cannot_listen',
    `Cannot listen on ${host}:${port} (${cause.code ?? cause.message})`,
    {
      cause,
    },
  )
}
