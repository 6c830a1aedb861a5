/** One line holds one event; a chunk of a reply is a few hundred bytes. */
const MAX_LINE_BYTES = 256 * 1024
const MAX_BODY_BYTES = 1024 * 1024

/**
 * `fetch` whose answers cannot fill the memory: the vendors' SDKs keep a line of an event stream, and any other
 * body, until it is whole. A stream may be long; its lines may not.
 */
export const boundedFetch = boundedFetchUpTo(MAX_BODY_BYTES)

/** The same for an answer that is large by its nature. */
export function boundedFetchUpTo(maxBodyBytes: number) {
  return async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const response = await fetch(input, init)
    if (!response.body) return response
    const bound = isEventStream(response) ? boundLines(MAX_LINE_BYTES) : boundBody(maxBodyBytes)
    const { status, statusText, headers } = response
    return new Response(response.body.pipeThrough(bound), { status, statusText, headers })
  }
}

/** A proxy's error page with status 200 is not. */
export const isEventStream = ({ headers }: Response) =>
  headers.get('content-type')?.toLowerCase().startsWith('text/event-stream') ?? false

const NEWLINE = 10

const boundLines = (maxBytes: number) => {
  let lineBytes = 0
  return new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      const lastNewline = chunk.lastIndexOf(NEWLINE)
      lineBytes = lastNewline < 0 ? lineBytes + chunk.length : chunk.length - lastNewline - 1
      if (lineBytes > maxBytes) throw new Error(`a line of more than ${maxBytes} bytes`)
      controller.enqueue(chunk)
    },
  })
}

const boundBody = (maxBytes: number) => {
  let bytes = 0
  return new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new Error(`a body of more than ${maxBytes} bytes`)
      controller.enqueue(chunk)
    },
  })
}
