import { setTimeout as pause } from 'node:timers/promises'

const WITHIN_MS = 30_000
const EVERY_MS = 50

/** Asks until it is so. Throws what was waited for, and what was seen last, where it does not come to be in time. */
export async function until<Seen>(
  wanted: string,
  look: () => Promise<Seen>,
  isWanted: (seen: Seen) => boolean,
): Promise<Seen> {
  const startedAtMs = performance.now()
  for (;;) {
    const seen = await look()
    if (isWanted(seen)) return seen
    if (performance.now() - startedAtMs > WITHIN_MS)
      throw new Error(`${wanted}: not within ${WITHIN_MS / 1_000} s; last seen ${JSON.stringify(seen)}`)
    await pause(EVERY_MS)
  }
}
