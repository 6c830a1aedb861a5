import type { Request, Response } from 'express'

/** Proxies and browsers drop a silent connection; a comment line keeps it. */
const HEARTBEAT_MS = 15_000
/** A browser whose connection broke comes back after this long instead of seconds: before its reply is given up. */
const RECONNECT_MS = 250
/** A reader this far behind is gone for our purposes; it can come back with `Last-Event-ID`. */
const MAX_UNSENT_BYTES = 1024 * 1024

/** One for all: the exception that is made otherwise takes as long as a piece of a reply. */
const GONE = new Error('Nobody reads the stream any more')

/** Without an `id` the client keeps the last one it has. */
export type ServerEvent = { id: string | undefined; event: string; data: unknown }

export type EventStream = {
  send: (event: ServerEvent) => void
  close: () => void
  /** Aborted when the client has gone or the stream was closed. */
  signal: AbortSignal
}

export function wantsEventStream(req: Request): boolean {
  // Whoever takes no text at all, or anything, is given JSON; nearly every request says so.
  if (!/text\//i.test(req.get('Accept') ?? '')) return false
  return req.accepts(['application/json', 'text/event-stream']) === 'text/event-stream'
}

/** Starts a `text/event-stream` answer (WHATWG HTML, section 9.2). */
export function openEventStream(res: Response, { heartbeatMs = HEARTBEAT_MS } = {}): EventStream {
  const gone = new AbortController()
  res.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store, no-transform',
    'X-Accel-Buffering': 'no',
  })
  // Who has left already is not written to: that would be an error.
  if (res.destroyed) gone.abort(GONE)
  else res.write(`retry: ${RECONNECT_MS}\n\n`)
  const heartbeat = setInterval(() => res.write(': still here\n\n'), heartbeatMs)
  res.on('close', () => {
    clearInterval(heartbeat)
    gone.abort(GONE)
  })
  return {
    send: ({ id, event, data }) => {
      if (gone.signal.aborted) return
      res.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      if (res.writableLength > MAX_UNSENT_BYTES) res.destroy()
    },
    close: () => {
      clearInterval(heartbeat)
      res.end()
    },
    signal: gone.signal,
  }
}
