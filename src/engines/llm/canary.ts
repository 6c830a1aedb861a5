import { createHash } from 'node:crypto'

const CANARY_CHARACTERS = 12

/**
 * A mark that stands in the instructions of this conversation and nowhere else: a reply that holds it gives them away.
 * The same at every reply, so that a vendor's cache of the instructions stays good.
 */
export function canaryOf(conversationId: string): string {
  const hash = createHash('sha256').update(`malgil.canary:${conversationId}`)
  return hash.digest('hex').slice(0, CANARY_CHARACTERS)
}
