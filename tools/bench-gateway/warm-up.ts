import { openStream, runWorkers, type Target } from './load.ts'
import type { Running } from './processes.ts'
import type { Product } from './product.ts'
import { setPace } from './set-pace.ts'

const WORKERS = 10
const TIMES = 80
const FAST = { firstMs: 0, gapMs: 1, chunks: 20 }

/**
 * So many short streams that the engine has compiled what it will compile: a service runs for weeks, and what its first
 * seconds cost is no part of what it adds.
 */
export async function warmUp(upstream: Running, product: Product, floor?: Target): Promise<void> {
  const conversations = await product.givenConversations(WORKERS * TIMES)
  await setPace(upstream, FAST)
  const workers = { workers: WORKERS, times: TIMES, spreadMs: 0 }
  if (floor) await runWorkers(workers, () => openStream(floor))
  await runWorkers(workers, () => openStream(product.messageTo(conversations.pop() ?? '')))
}
