import type { Figure } from './figures.ts'
import { openStream, runWorkers } from './load.ts'
import { using } from './measure-streams.ts'
import type { Running } from './processes.ts'
import type { Product } from './product.ts'
import { setPace } from './set-pace.ts'

const WORKERS = 16
const TIMES = 4
/** Few words, so that no reply is beyond the learner's level. */
const PACE = { firstMs: 50, gapMs: 5, chunks: 5 }

/** What typed practice turns ask of the database, each with a reply and a judgement. */
export async function measureTurns(upstream: Running, product: Product): Promise<Figure> {
  const sessions = await product.givenSessions(WORKERS)
  await setPace(upstream, PACE)
  const { result, use } = await using(product.measure, () =>
    runWorkers({ workers: WORKERS, times: TIMES, spreadMs: 500 }, (worker) =>
      openStream(product.turnIn(sessions[worker] ?? '')),
    ),
  )
  const bad = result.find(({ isWhole }) => !isWhole)
  if (bad) throw new Error(`A turn broke off: status ${bad.status}`)
  return {
    name: 'commits per practice turn',
    floor: undefined,
    product: use.statements / result.length,
    value: use.commits / result.length,
    limit: 2,
    unit: 'commits',
  }
}
