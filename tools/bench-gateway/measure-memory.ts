import type { Figure } from './figures.ts'
import { openStream } from './load.ts'
import { using } from './measure-streams.ts'
import type { Running } from './processes.ts'
import type { Product } from './product.ts'
import { setPace } from './set-pace.ts'

const STREAMS = 500
/** One after the other, so that opening them is no flood. */
const SPREAD_MS = 15
/** Each has had its first word and waits for the next. */
const PACE = { firstMs: 0, gapMs: 8_000, chunks: 6 }

/** What an open stream keeps, once its garbage is gone. */
export async function measureMemory(upstream: Running, product: Product): Promise<Figure[]> {
  const conversations = await product.givenConversations(STREAMS)
  await setPace(upstream, PACE)
  const leave = new AbortController()
  const streams: Promise<unknown>[] = []
  const { use } = await using(product.weigh, async () => {
    const begun = conversations.map(
      (conversation, place) =>
        new Promise<void>((resolve) => {
          setTimeout(() => {
            const watch = { onFirst: resolve, signal: leave.signal }
            streams.push(openStream(product.messageTo(conversation), watch))
          }, place * SPREAD_MS)
        }),
    )
    await Promise.all(begun)
  })
  leave.abort()
  await Promise.all(streams)
  const of = (name: string, kb: number): Figure => {
    const each = kb / STREAMS
    return { name, floor: undefined, product: kb, value: each, limit: 100, unit: 'kB' }
  }
  return [of(`resident memory, ${STREAMS} open streams`, use.rssKb), of('of it heap and buffers', use.heapKb)]
}
