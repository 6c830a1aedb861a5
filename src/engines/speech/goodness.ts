import { type AlignedPhone, type AlignedWord, SILENCE } from './align.ts'

/** Times from the decoder are multiples of this. */
export const FRAME_MS = 10

export type RatedPhone = AlignedPhone & {
  /** Log likelihood per frame of the expected phone. */
  goodness: number
  /** The same minus that of the sounds which the phone loop found there: the goodness of pronunciation. */
  margin: number
  /** The phone that the loop found over most of it; absent when that is silence or nothing in particular. */
  rival?: string
}

export type RatedWord =
  | { text: string; status: 'spoken'; phones: RatedPhone[] }
  | { text: string; status: 'unknown'; phones: AlignedPhone[] }
  | { text: string; status: 'omitted' }

/** A rival has to lie over this share of the phone. */
const RIVAL_OVERLAP = 0.6

/**
 * Goodness of pronunciation after Witt and Young ("Phone-level pronunciation scoring and assessment for interactive
 * language learning", Speech Communication 30, 2000): how much better the sound is explained by a free sequence
 * of phones than by the expected one, per frame.
 */
export function rateWords(words: readonly AlignedWord[], sounds: readonly AlignedPhone[]): RatedWord[] {
  return words.map((word) =>
    word.status === 'spoken'
      ? { text: word.text, status: 'spoken', phones: word.phones.map((phone) => ratePhone(phone, sounds)) }
      : word,
  )
}

function ratePhone(phone: AlignedPhone, sounds: readonly AlignedPhone[]): RatedPhone {
  const goodness = perFrame(phone)
  const rivals = sounds
    .map((sound) => ({ sound, overlapMs: overlapOf(phone, sound) }))
    .filter(({ overlapMs }) => overlapMs > 0)
  const coveredMs = rivals.reduce((sum, { overlapMs }) => sum + overlapMs, 0)
  const loop = rivals.reduce((sum, { sound, overlapMs }) => sum + perFrame(sound) * overlapMs, 0)
  const margin = coveredMs > 0 ? goodness - loop / coveredMs : 0
  const main = rivals.find(({ overlapMs }) => overlapMs >= RIVAL_OVERLAP * phone.durationMs)
  const hasRival = main && main.sound.phone !== SILENCE
  return { ...phone, goodness, margin, ...(hasRival && { rival: main.sound.phone }) }
}

function perFrame({ logLikelihood, durationMs }: AlignedPhone): number {
  return logLikelihood / Math.max(1, durationMs / FRAME_MS)
}

function overlapOf(one: AlignedPhone, other: AlignedPhone): number {
  const startMs = Math.max(one.startMs, other.startMs)
  const endMs = Math.min(one.startMs + one.durationMs, other.startMs + other.durationMs)
  return Math.max(0, endMs - startMs)
}
