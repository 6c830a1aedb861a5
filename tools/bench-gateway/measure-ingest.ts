import type { Figure } from './figures.ts'
import { type Outcome, openStream, quantile, runWorkers, type Target } from './load.ts'
import type { Running } from './processes.ts'
import type { Product } from './product.ts'
import { setPace } from './set-pace.ts'

const WORKERS = 16
const TIMES = 12
/** A model that does not come to the point: what is taken in waits, and nothing but taking in is measured. */
const STALLED = { firstMs: 14_000, gapMs: 0, chunks: 1 }

/** Messages that are stored and acknowledged, against one insert behind bare Express on the same database. */
export async function measureIngest(
  { upstream, floor, product }: { upstream: Running; floor: Running; product: Product },
  { rounds, places }: { rounds: number; places: number },
): Promise<Figure[]> {
  await setPace(upstream, STALLED)
  const conversations = await product.givenConversations(places + rounds * WORKERS * TIMES)
  const next = () => {
    const conversation = conversations.pop()
    if (conversation === undefined) throw new Error('There are too few conversations')
    return acknowledged(product.messageTo(conversation))
  }
  for (let place = 0; place < places; place += 1) await openStream(next())
  const samples: { floor: number; product: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    const ofFloor = await perSecond(() => openStream(insertAt(floor)))
    const ofProduct = await perSecond(() => openStream(next()))
    samples.push({ floor: ofFloor, product: ofProduct })
  }
  const middle = (value: (sample: (typeof samples)[number]) => number) => quantile(samples.map(value), 0.5)
  return [
    {
      name: 'turns taken in a second',
      floor: middle((sample) => sample.floor),
      product: middle((sample) => sample.product),
      value: middle((sample) => sample.product / sample.floor),
      limit: 0.5,
      isLeast: true,
      unit: 'x',
    },
  ]
}

const acknowledged = (target: Target): Target => ({
  ...target,
  headers: { ...target.headers, Accept: 'application/json', Prefer: 'respond-async' },
  firstMark: '{',
  endMark: '"pending"',
})

const insertAt = ({ url }: Running): Target => ({
  url: `${url}/turns`,
  headers: {},
  body: JSON.stringify({ text: 'I walked up Apsan this morning, and my legs are tired.' }),
  firstMark: '{',
  endMark: '"id"',
})

async function perSecond(open: () => Promise<Outcome>): Promise<number> {
  const startedAt = performance.now()
  const outcomes = await runWorkers({ workers: WORKERS, times: TIMES, spreadMs: 0 }, open)
  const bad = outcomes.find(({ isWhole }) => !isWhole)
  if (bad) throw new Error(`A turn was not taken in: status ${bad.status}`)
  return (outcomes.length * 1_000) / (performance.now() - startedAt)
}
