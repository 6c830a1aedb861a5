import { setTimeout as wait } from 'node:timers/promises'
import type { Figure } from './figures.ts'
import { type Outcome, openStream, quantile, runArrivals, runWorkers } from './load.ts'
import type { Running } from './processes.ts'
import type { Product } from './product.ts'
import { setPace } from './set-pace.ts'

/** What the service may answer at once. */
export const PLACES = 32
const PACE = { firstMs: 100, gapMs: 40, chunks: 50 }
const TIMES = 4
/** So few that nobody waits for another. */
const UNLOADED = { workers: 2, times: 8, spreadMs: 100 }
const WATCH_MS = 250
const FACTOR = 3

export type Overload = {
  upstream: Running
  product: Product
  conversations: readonly string[]
  seconds: number
}

/** As many streams as there are places, again and again; then three times as many as were answered so. */
export async function measureOverload({
  upstream,
  product,
  conversations,
  seconds,
}: Overload): Promise<Figure[]> {
  await setPace(upstream, PACE)
  const free = [...conversations]
  const open = async (): Promise<Outcome> => {
    const conversation = free.shift()
    if (conversation === undefined) throw new Error('There are too few conversations')
    const outcome = await openStream(product.messageTo(conversation))
    free.push(conversation)
    return outcome
  }
  const unloaded = await runWorkers(UNLOADED, open)
  const full = await timed(() => runWorkers({ workers: PLACES, times: TIMES, spreadMs: 500 }, open))
  const perSecond = full.wholePerSecond * FACTOR
  const { peakKb, result: flooded } = await watched(product, () =>
    timed(() => runArrivals({ perSecond, seconds }, open)),
  )
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
    {
      name: 'first token of accepted, p99, against unloaded',
      floor: slowestFirst(unloaded),
      product: slowestFirst(flooded.outcomes),
      value: slowestFirst(flooded.outcomes) / slowestFirst(unloaded),
      limit: 3,
      unit: 'times',
    },
    {
      name: 'whole reply of accepted, p99, against unloaded',
      floor: slowestWhole(unloaded),
      product: slowestWhole(flooded.outcomes),
      value: slowestWhole(flooded.outcomes) / slowestWhole(unloaded),
      limit: 3,
      unit: 'times',
    },
    {
      name: 'resident memory, highest',
      floor: undefined,
      product: peakKb / 1_024,
      value: peakKb / 1_024,
      limit: 1_024,
      unit: 'MB',
    },
    ...(refused.length > 0 ? [refusal(refusalMs)] : []),
  ]
}

/** Where nobody was refused there is nothing to measure. */
const refusal = (ms: number): Figure => ({
  name: 'refusal, p99',
  floor: undefined,
  product: ms,
  value: ms,
  limit: 50,
  unit: 'ms',
})

const whole = (outcomes: readonly Outcome[]) => outcomes.filter(({ isWhole }) => isWhole)
const slowestFirst = (outcomes: readonly Outcome[]) =>
  quantile(
    whole(outcomes).map(({ firstMs = 0 }) => firstMs),
    0.99,
  )
const slowestWhole = (outcomes: readonly Outcome[]) =>
  quantile(
    whole(outcomes).map(({ endedMs }) => endedMs),
    0.99,
  )

/** With the most memory that the process had meanwhile. */
async function watched<T>(product: Product, run: () => Promise<T>): Promise<{ result: T; peakKb: number }> {
  const running = run()
  let isRunning = true
  const ended = running.finally(() => {
    isRunning = false
  })
  ended.catch(() => {})
  let peakKb = 0
  while (isRunning) {
    peakKb = Math.max(peakKb, (await product.measure()).rssKb)
    await Promise.race([ended, wait(WATCH_MS)])
  }
  return { result: await running, peakKb }
}

async function timed(
  run: () => Promise<Outcome[]>,
): Promise<{ outcomes: Outcome[]; wholePerSecond: number }> {
  const startedAt = performance.now()
  const outcomes = await run()
  const seconds = (performance.now() - startedAt) / 1_000
  return { outcomes, wholePerSecond: outcomes.filter(({ isWhole }) => isWhole).length / seconds }
}
