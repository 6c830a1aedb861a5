import type { Figure } from './figures.ts'
import { type Outcome, openStream, quantile, runArrivals, runWorkers } from './load.ts'
import type { Running } from './processes.ts'
import type { Product } from './product.ts'
import { setPace } from './set-pace.ts'

/** What the service may answer at once. */
export const PLACES = 32
const PACE = { firstMs: 100, gapMs: 40, chunks: 50 }
const TIMES = 4
const SECONDS = 8
const FACTOR = 3

/** As many streams as there are places, again and again; then three times as many as were answered so. */
export async function measureOverload(
  upstream: Running,
  product: Product,
  conversations: readonly string[],
): Promise<Figure[]> {
  await setPace(upstream, PACE)
  const free = [...conversations]
  const open = async (): Promise<Outcome> => {
    const conversation = free.shift()
    if (conversation === undefined) throw new Error('There are too few conversations')
    const outcome = await openStream(product.messageTo(conversation))
    free.push(conversation)
    return outcome
  }
  const full = await timed(() => runWorkers({ workers: PLACES, times: TIMES, spreadMs: 500 }, open))
  const perSecond = full.wholePerSecond * FACTOR
  const flooded = await timed(() => runArrivals({ perSecond, seconds: SECONDS }, open))
  const refused = flooded.outcomes.filter(({ status }) => status === 503)
  const others = flooded.outcomes.filter(({ status, isWhole }) => status !== 503 && !isWhole)
  console.error(
    `${perSecond.toFixed(0)} a second: ${refused.length} refused, ${others.length} broke off, ` +
      `${flooded.outcomes.length - refused.length - others.length} answered`,
  )
  const refusalMs = quantile(
    refused.map(({ answeredMs }) => answeredMs),
    0.99,
  )
  const { wholePerSecond } = flooded
  const share = (100 * wholePerSecond) / full.wholePerSecond
  return [
    {
      name: `streams a second, ${FACTOR} times the load`,
      floor: full.wholePerSecond,
      product: wholePerSecond,
      value: share,
      limit: 80,
      isLeast: true,
      unit: '%',
    },
    { name: 'refusal, p99', floor: undefined, product: refusalMs, value: refusalMs, limit: 50, unit: 'ms' },
  ]
}

async function timed(
  run: () => Promise<Outcome[]>,
): Promise<{ outcomes: Outcome[]; wholePerSecond: number }> {
  const startedAt = performance.now()
  const outcomes = await run()
  const seconds = (performance.now() - startedAt) / 1_000
  return { outcomes, wholePerSecond: outcomes.filter(({ isWhole }) => isWhole).length / seconds }
}
