import { createParser } from 'eventsource-parser'
import { streamLost } from './problem.ts'

/** One event of a stream, or a pause it asks for: that comes without `event`. */
export type Frame = {
  id: string | undefined
  event: string | undefined
  data: string
  retryMs: number | undefined
}

/**
 * The frames of an answer until it ends. Throws `client.stream_lost` when the connection breaks or nothing at all, not
 * even a heartbeat, came for `silenceMs`. Leaving the loop closes the connection.
 */
export async function* readFrames(
  response: Response,
  { silenceMs, signal }: { silenceMs: number; signal: AbortSignal | undefined },
): AsyncGenerator<Frame> {
  if (!response.body) return
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  const frames: Frame[] = []
  const parser = createParser({
    onEvent: ({ id, event, data }) => void frames.push({ id, event, data, retryMs: undefined }),
    onRetry: (retryMs) => void frames.push({ id: undefined, event: undefined, data: '', retryMs }),
  })
  const giveUp = () => void reader.cancel(signal?.reason).catch(() => undefined)
  signal?.addEventListener('abort', giveUp)
  try {
    while (true) {
      const { done, value } = await readWithin(reader, silenceMs)
      if (signal?.aborted) throw signal.reason
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      yield* frames.splice(0)
    }
  } finally {
    signal?.removeEventListener('abort', giveUp)
    reader.cancel().catch(() => undefined)
  }
}

type Bytes = ReadableStreamDefaultReader<Uint8Array>

function readWithin(reader: Bytes, silenceMs: number): ReturnType<Bytes['read']> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(streamLost(new Error('no heartbeat'))), silenceMs)
    reader
      .read()
      .then(resolve, (cause: unknown) => reject(streamLost(cause)))
      .finally(() => clearTimeout(timer))
  })
}
