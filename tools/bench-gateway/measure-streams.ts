import type { Figure } from './figures.ts'
import { type Outcome, openStream, quantile, runWorkers, type Target } from './load.ts'
import type { Probed } from './probe.ts'
import type { Running } from './processes.ts'
import type { Product } from './product.ts'
import { setPace } from './set-pace.ts'
import type { Pace } from './upstream.ts'
import { warmUp } from './warm-up.ts'

const WORKERS = 50
const TIMES = 2
export const CHUNKS = 200
const PACE: Pace = { firstMs: 200, gapMs: 15, chunks: CHUNKS }
/** As long as one stream takes, so that at any time there are streams that begin. */
const SPREAD_MS = 3_200

type Parts = { upstream: Running; relay: Running; product: Product }

/** What a vendor's SDK sends, so that both floors carry what the product carries. */
const completionAt = ({ url }: Running): Target => ({
  url: `${url}/v1/chat/completions`,
  headers: {},
  body: JSON.stringify({ model: 'bench-1', stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
  firstMark: 'word ',
  endMark: '[DONE]',
})

type Sample = { direct: number[]; relay: number[]; product: number[]; relayCpu: number; productUse: Probed }

/** Direct, through the relay, and through the product, one after the other in every round. */
export async function measureStreams({ upstream, relay, product }: Parts, rounds: number): Promise<Figure[]> {
  await warmUp(upstream, product, completionAt(relay))
  await setPace(upstream, PACE)
  const samples: Sample[] = []
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    const conversations = await product.givenConversations(WORKERS)
    const direct = await run(() => openStream(completionAt(upstream)))
    const relayed = await using(relay.measure, () => run(() => openStream(completionAt(relay))))
    const produced = await using(product.measure, () =>
      run((worker) => openStream(product.messageTo(conversations[worker] ?? ''))),
    )
    console.error(
      `round ${round}: ${produced.use.cpuMs.toFixed(0)} ms of CPU, relay ${relayed.use.cpuMs.toFixed(0)} ms`,
    )
    if (round === 0) continue
    samples.push({
      direct,
      relay: relayed.result,
      product: produced.result,
      relayCpu: relayed.use.cpuMs,
      productUse: produced.use,
    })
  }
  return toFigures(samples)
}

async function run(open: (worker: number) => Promise<Outcome>): Promise<number[]> {
  const outcomes = await runWorkers({ workers: WORKERS, times: TIMES, spreadMs: SPREAD_MS }, open)
  const whole = outcomes.flatMap(({ firstMs, isWhole }) =>
    isWhole && firstMs !== undefined ? [firstMs] : [],
  )
  if (whole.length < outcomes.length) throw new Error(`${outcomes.length - whole.length} streams broke off`)
  return whole
}

/** What a process used for something; `look`: how it is asked. */
export async function using<T>(
  look: () => Promise<Probed>,
  work: () => Promise<T>,
): Promise<{ result: T; use: Probed }> {
  const before = await look()
  const result = await work()
  const after = await look()
  return {
    result,
    use: {
      cpuMs: after.cpuMs - before.cpuMs,
      rssKb: after.rssKb - before.rssKb,
      heapKb: after.heapKb - before.heapKb,
      statements: after.statements - before.statements,
      commits: after.commits - before.commits,
    },
  }
}

function toFigures(samples: readonly Sample[]): Figure[] {
  const streams = samples.length * WORKERS * TIMES
  const direct = samples.flatMap((sample) => sample.direct)
  const product = samples.flatMap((sample) => sample.product)
  const total = (value: (sample: Sample) => number) => samples.reduce((sum, sample) => sum + value(sample), 0)
  const added = (share: number, limit: number): Figure => {
    const [floor, ours] = [quantile(direct, share), quantile(product, share)]
    return {
      name: `first token, p${share * 100}`,
      floor,
      product: ours,
      value: ours - floor,
      limit,
      unit: 'ms more',
    }
  }
  // Round by round, so that a round that others disturbed counts once.
  const ratios = samples.map(({ productUse, relayCpu }) => productUse.cpuMs / relayCpu)
  const perThousand = 1 / streams
  return [
    added(0.5, 5),
    added(0.99, 30),
    {
      name: `CPU s per 1,000 streams of ${CHUNKS} chunks`,
      floor: total(({ relayCpu }) => relayCpu) * perThousand,
      product: total(({ productUse }) => productUse.cpuMs) * perThousand,
      value: quantile(ratios, 0.5),
      limit: 2,
      unit: 'x',
    },
    {
      name: 'commits per message',
      floor: undefined,
      product: total(({ productUse }) => productUse.statements) / streams,
      value: total(({ productUse }) => productUse.commits) / streams,
      limit: 2,
      unit: 'commits',
    },
  ]
}
