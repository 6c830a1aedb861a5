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
    return new Response(checked(response.body, bound), { status, statusText, headers })
  }
}

/** A proxy's error page with status 200 is not. */
export const isEventStream = ({ headers }: Response) =>
  headers.get('content-type')?.toLowerCase().startsWith('text/event-stream') ?? false

const NEWLINE = 10

type Bytes = Uint8Array<ArrayBuffer>
/** Throws when there is too much. */
type Check = (chunk: Bytes) => void

/** The same bytes, each piece checked. By hand, since a `TransformStream` costs several times as much for each piece. */
function checked(body: ReadableStream<Bytes>, check: Check): ReadableStream<Bytes> {
  const reader = body.getReader()
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const { done, value } = await reader.read()
        if (done) return controller.close()
        try {
          check(value)
        } catch (error) {
          await reader.cancel(error)
          throw error
        }
        controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}

function boundLines(maxBytes: number): Check {
  let lineBytes = 0
  return (chunk) => {
    const lastNewline = chunk.lastIndexOf(NEWLINE)
    lineBytes = lastNewline < 0 ? lineBytes + chunk.length : chunk.length - lastNewline - 1
    if (lineBytes > maxBytes) throw new Error(`a line of more than ${maxBytes} bytes`)
  }
}

function boundBody(maxBytes: number): Check {
  let bytes = 0
  return (chunk) => {
    bytes += chunk.length
    if (bytes > maxBytes) throw new Error(`a body of more than ${maxBytes} bytes`)
  }
}
