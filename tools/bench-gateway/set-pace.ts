import type { Running } from './processes.ts'
import type { Pace } from './upstream.ts'

export const setPace = async (upstream: Running, pace: Pace) => {
  await fetch(`${upstream.url}/pace`, { method: 'POST', body: JSON.stringify(pace) })
}
