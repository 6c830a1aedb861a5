import { PHONE_PREFIX, phoneLoopGrammar, sentenceGrammar, skippingGrammar } from './grammar.ts'
import type { ReferenceWord } from './lexicon.ts'
import { findSpoken } from './omissions.ts'
import type { Recognizer, Segment } from './recognizer.ts'

export type AlignedPhone = { phone: string; startMs: number; durationMs: number; logLikelihood: number }

export type AlignedWord =
  | { text: string; status: 'spoken'; phones: AlignedPhone[] }
  /** Not in the dictionary; said, as far as we know. Its phones are a guess of the phone loop. */
  | { text: string; status: 'unknown'; phones: AlignedPhone[] }
  | { text: string; status: 'omitted' }

export type Alignment = {
  words: AlignedWord[]
  /** What the sound is best explained by when nothing is expected: phones and silences without gaps. */
  sounds: AlignedPhone[]
}

/** The label of silence among the `sounds`. */
export const SILENCE = 'SIL'

/** Three states of one frame each: the least that the acoustic model lets a phone last. */
export const SHORTEST_PHONE_MS = 30
/** A word that was not said is squeezed in between its neighbours. */
const SQUEEZED_SHARE = 1 / 3

/**
 * Lays the words of the text over the sound. A word counts as omitted when it is squeezed by the alignment of the
 * whole text and is left out by the best alignment that may leave words out; the others are then aligned again.
 */
export function alignText(
  recognizer: Recognizer,
  { samples, words }: { samples: Float32Array; words: readonly ReferenceWord[] },
): Alignment {
  return { words: alignWords(recognizer, { samples, words }), sounds: findSounds(recognizer, samples) }
}

export function findSounds(recognizer: Recognizer, samples: Float32Array): AlignedPhone[] {
  const segments = recognizer.decode({
    samples,
    grammar: phoneLoopGrammar(),
    search: 'fast',
    withPhones: false,
  })
  return (segments ?? []).filter(({ label }) => label !== NO_WORD).map(toSound)
}

/** The words aligned as they are, none left out; `undefined` when they do not fit the sound at all. */
export function alignAll(
  recognizer: Recognizer,
  { samples, words }: { samples: Float32Array; words: readonly ReferenceWord[] },
): AlignedWord[] | undefined {
  const grammar = sentenceGrammar(words.map(toSlot))
  const segments = recognizer.decode({ samples, grammar, search: 'exact', withPhones: true })
  return segments && toWords(words, segments.filter(isSpoken))
}

export const toSlot = ({ entries }: ReferenceWord) => (entries.length > 0 ? entries : undefined)

function alignWords(
  recognizer: Recognizer,
  { samples, words }: { samples: Float32Array; words: readonly ReferenceWord[] },
): AlignedWord[] {
  const aligned = alignAll(recognizer, { samples, words })
  if (aligned && !aligned.some(isSqueezed)) return aligned

  const grammar = skippingGrammar(words.map(toSlot))
  const segments = recognizer.decode({ samples, grammar, search: 'exact', withPhones: false }) ?? []
  const isLeftOut = findSpoken(words, segments.filter(isSpoken)).map((spoken) => !spoken)
  const isOmitted = isLeftOut.map((leftOut, index) => {
    const word = aligned?.[index]
    return leftOut && (word === undefined || isSqueezed(word))
  })
  if (aligned && !isOmitted.includes(true)) return aligned
  return alignRest(recognizer, { samples, words, isOmitted })
}

function alignRest(
  recognizer: Recognizer,
  input: { samples: Float32Array; words: readonly ReferenceWord[]; isOmitted: readonly boolean[] },
): AlignedWord[] {
  const rest = input.words.filter((_, index) => !input.isOmitted[index])
  const hasKnownWord = rest.some(({ entries }) => entries.length > 0)
  const aligned = hasKnownWord ? alignAll(recognizer, { samples: input.samples, words: rest }) : undefined
  const remaining = [...(aligned ?? [])]
  return input.words.map(({ text }, index): AlignedWord => {
    const word = input.isOmitted[index] ? undefined : remaining.shift()
    return word ?? { text, status: 'omitted' }
  })
}

export function isSqueezed(word: AlignedWord): boolean {
  if (word.status !== 'spoken') return false
  const squeezed = word.phones.filter(({ durationMs }) => durationMs <= SHORTEST_PHONE_MS)
  return squeezed.length / word.phones.length >= SQUEEZED_SHARE
}

/** The segments are in the order of the words; each known word takes as many as it has entries. */
function toWords(words: readonly ReferenceWord[], segments: readonly Segment[]): AlignedWord[] {
  const remaining = [...segments]
  return words.map(({ text, entries }, index) => {
    if (entries.length > 0) {
      const phones = remaining.splice(0, entries.length).flatMap(({ parts }) => parts.map(toPhone))
      return { text, status: 'spoken', phones }
    }
    const unknownAhead = 1 + countUnknown(words.slice(index + 1))
    const sounds = countSounds(remaining)
    // Several unknown words in a row share one run of sounds, of which nothing tells the borders.
    const taken = remaining.splice(0, Math.max(1, Math.floor(sounds / unknownAhead)))
    return { text, status: 'unknown', phones: taken.map(toSound) }
  })
}

function countUnknown(words: readonly ReferenceWord[]): number {
  const known = words.findIndex(({ entries }) => entries.length > 0)
  return known < 0 ? words.length : known
}

function countSounds(segments: readonly Segment[]): number {
  const other = segments.findIndex(({ label }) => !label.startsWith(PHONE_PREFIX))
  return other < 0 ? segments.length : other
}

/** What the decoder calls a jump in the grammar. */
const NO_WORD = '(NULL)'
const FILLERS = new Set([NO_WORD, '<sil>', '<s>', '</s>', '[NOISE]', '[SPEECH]'])

export const isSpoken = ({ label }: Segment) => !FILLERS.has(label)

const toPhone = ({ label, startMs, durationMs, logLikelihood }: Segment): AlignedPhone => ({
  phone: label,
  startMs,
  durationMs,
  logLikelihood,
})

/** A segment of the phone loop, whose words are phones. */
function toSound(segment: Segment): AlignedPhone {
  const { label } = segment
  const phone = label.startsWith(PHONE_PREFIX) ? label.slice(PHONE_PREFIX.length).toUpperCase() : SILENCE
  return { ...toPhone(segment), phone }
}
