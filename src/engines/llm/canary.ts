import { createHmac } from 'node:crypto'

const CANARY_CHARACTERS = 12

/** A mark that stands in the instructions of one talk and nowhere else: a reply that holds it gives them away. */
export type CanaryOf = (talkId: string) => string

/**
 * The same at every reply of a talk, so that a vendor's cache of the instructions stays good. Who knows the id and this
 * code, but not the key, cannot tell it.
 */
export const createCanary =
  (key: string): CanaryOf =>
  (talkId) =>
    createHmac('sha256', key).update(talkId).digest('hex').slice(0, CANARY_CHARACTERS)

/** In the place of a mark where nothing is stored: in tests and previews of content. It need not be secret there. */
export const REHEARSAL_CANARY = '7c1e05b9d2f4'
