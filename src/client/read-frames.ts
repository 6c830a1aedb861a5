import { EventParser, type Frame } from './event-parser.ts'
import { streamLost } from './problem.ts'

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
  const parser = new EventParser()
  const giveUp = () => void reader.cancel(signal?.reason).catch(() => undefined)
  signal?.addEventListener('abort', giveUp)
  try {
    while (true) {
      const { done, value } = await readWithin(reader, silenceMs)
      if (signal?.aborted) throw signal.reason
      if (done) return
      yield* parser.feed(decoder.decode(value, { stream: true }))
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
