import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppError } from '#base/errors.ts'

export type Listening = {
  url: string
  /** Stops taking requests, lets those in flight end, and cuts what is left after `graceMs`. */
  close: (graceMs: number) => Promise<void>
}

const HEADERS_TIMEOUT_MS = 10_000
/** Longer than the upload limit: that one answers with a problem, this one only cuts. */
const REQUEST_TIMEOUT_MS = 11 * 60_000

/** Throws `server.port_in_use` or `server.cannot_listen`. Port 0 takes a free one. */
export async function listen(
  app: RequestListener,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS }, app)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen({ host, port }, cause)))
    server.listen(port, host, () => resolve())
  })
  const { port: actualPort } = server.address() as AddressInfo
  const shownHost = host.includes(':') ? `[${host}]` : host
  return { url: `http://${shownHost}:${actualPort}`, close: (graceMs) => close(server, graceMs) }
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
