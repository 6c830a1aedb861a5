import type { AssessedPhone, AssessedWord, WordStatus } from './assessment.ts'
import { type Listener, listenTo } from './heard-instead.ts'
import type { HeardFrames } from './model/acoustic-model.ts'
import type { PhoneSpan } from './model/align-words.ts'
import type { Reading } from './read-aloud.ts'
import { type TimedPhone, timePhones, timesOf } from './timed-words.ts'

/**
 * Words that experts scored below 7 of 10 are found with this on speakers left out of the training at a precision of
 * 0.6 (`npm run eval:speech` prints the curve).
 */
export const MISPRONOUNCED_BELOW = 68
/** What was heard instead is only said of a phone that is poor by its score too. */
const POOR_PHONE_BELOW = 70

/**
 * Experts heard most of the words that the detector misses, and a word that was not said scores low by itself: only
 * near-certainty that it was not costs, up to half. (With half in proportion, agreement on words fell by .011.)
 */
const MOST_LOST = 0.5
const SURENESS = 4

type WordsInput = {
  texts: readonly string[]
  reading: Reading
  heard: HeardFrames
  offsetMs: number
  /** Set when the recording allows times but no scores. */
  unusable: string | undefined
}

/** The words of the text in order, those left out among them. */
export function assessWords(input: WordsInput): AssessedWord[] {
  const { laid } = input.reading
  const phones = assessPhones(input)
  let first = 0
  return input.texts.map((text, at): AssessedWord => {
    const span = laid[at]
    if (!span) return leftOut(text, 'text_not_spoken')
    const own = phones.slice(first, first + span.phones.length)
    first += span.phones.length
    return assessWord(input, at, { ...leftOut(text, 'omitted'), phones: own })
  })
}

function assessWord(
  { reading, offsetMs, unusable }: WordsInput,
  at: number,
  word: AssessedWord,
): AssessedWord {
  const span = reading.words[at]
  const times = span ? timesOf(timePhones(span, offsetMs)) : {}
  const status = span ? 'ok' : 'omitted'
  if (unusable !== undefined) return { ...word, ...times, status, unscored: unusable }
  const { unscored: _, ...scored } = word
  const score = toScore((reading.predicted?.words[at] ?? 0) * worthOf(reading, at))
  return { ...scored, ...times, score, status: span ? statusOf(score) : 'omitted' }
}

/** Of all words, in order. */
function assessPhones({ reading, heard, offsetMs, unusable }: WordsInput): AssessedPhone[] {
  const listener = listenTo(heard)
  const spans = reading.laid.flatMap(({ phones }) => phones)
  const words = reading.laid.flatMap(({ phones }, word) => phones.map(() => word))
  const timed = reading.laid.flatMap((word) => timePhones(word, offsetMs))
  return timed.map((phone, at): AssessedPhone => {
    if (unusable !== undefined) return { ...toPhone(phone), score: null }
    const word = words[at] ?? 0
    const score = toScore((reading.predicted?.phones[at] ?? 0) * worthOf(reading, word))
    const own = spans[at]
    if (!own || reading.words[word] === undefined) return { ...toPhone(phone), score }
    return { ...toPhone(phone), score, ...whatWasHeard(listener, { own, after: spans[at + 1], score }) }
  })
}

const worthOf = ({ certainty }: Reading, word: number) =>
  1 - MOST_LOST * (1 - (certainty[word] ?? 0)) ** SURENESS

const statusOf = (score: number): WordStatus => (score < MISPRONOUNCED_BELOW ? 'mispronounced' : 'ok')

type Heard = { own: PhoneSpan; after: PhoneSpan | undefined; score: number }

function whatWasHeard(listener: Listener, { own, after, score }: Heard) {
  const heard = score < POOR_PHONE_BELOW ? listener.heardInstead(own) : undefined
  const insertedAfter = listener.insertedAfter(own, after)
  return { ...(heard && { heard }), ...(insertedAfter && { insertedAfter }) }
}

/** A word that was not said, and why it has no score. */
export const leftOut = (text: string, unscored: string): AssessedWord => ({
  text,
  startMs: null,
  endMs: null,
  score: null,
  stress: null,
  status: 'omitted',
  phones: [],
  unscored,
})

export const toScore = (share: number) => Math.round(100 * share)
const toPhone = (phone: TimedPhone) => ({ phone: phone.phone, ...timesOf([phone]) })
