import type { AssessedWord, Assessment, Pause } from '../assessment.ts'
import { isSpoken } from './find-in-words.ts'
import type { Finding } from './finding.ts'

/** A second of silence inside a phrase is heard as a breakdown rather than as taking breath; ours. */
const LONG_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 4_000

/**
 * Lectures, the slowest English that Tauroza and Allison counted, run at 3.2 syllables a second ("Speech rates in
 * British English", Applied Linguistics 11, 1990); without its pauses nobody need be slower than two thirds of that.
 */
const SLOW_SYLLABLES_PER_SECOND = 2.1
const LOW_SCORE = 60

/** Fewer words have no pace and no rhythm to speak of. */
const MIN_WORDS = 5

const PAUSE_MARK = /^["'”’)\]]*[.,;:!?…—–]/u

/** What is to be mended in pace, pauses and rhythm. */
export function findInFlow({ words, fluency, scores, reference }: Assessment): Finding[] {
  const pauses = (fluency?.pauses ?? []).flatMap((pause) => findPause(pause, { words, reference }))
  if (words.filter(isSpoken).length < MIN_WORDS) return pauses
  const found: Finding[] = [...pauses]
  const rate = fluency?.articulationRate ?? Number.POSITIVE_INFINITY
  if (rate < SLOW_SYLLABLES_PER_SECOND && isLow(scores.fluency)) {
    found.push({ kind: 'slow_speech', places: [], severity: severityOf(scores.fluency), rate })
  }
  if (isLow(scores.prosody))
    found.push({ kind: 'flat_rhythm', places: [], severity: severityOf(scores.prosody) })
  return found
}

const isLow = (score: number | null) => score !== null && score < LOW_SCORE
const severityOf = (score: number | null) => 1 - (score ?? 100) / 100

/** A long pause where the text has no mark that asks for one. */
function findPause(
  { startMs, durationMs }: Pause,
  { words, reference }: { words: readonly AssessedWord[]; reference: string },
): Finding[] {
  if (durationMs < LONG_PAUSE_MS) return []
  // Words end before the pause after them begins; the last that started before it is the one.
  const word = words.findLastIndex((candidate) => candidate.startMs !== null && candidate.startMs < startMs)
  if (word < 0 || isBeforeMark(words, word, reference)) return []
  const severity = Math.min(1, durationMs / LONGEST_PAUSE_MS)
  return [{ kind: 'long_pause', places: [], severity, word, seconds: durationMs / 1_000 }]
}

/** Follows the words through the text as it is written; a word that is not found there is passed over. */
function isBeforeMark(words: readonly AssessedWord[], last: number, reference: string): boolean {
  const text = reference.toLowerCase()
  let end = 0
  for (const { text: word, status } of words.slice(0, last + 1)) {
    const start = status === 'inserted' ? -1 : text.indexOf(word.toLowerCase(), end)
    if (start >= 0) end = start + word.length
  }
  return PAUSE_MARK.test(text.slice(end))
}
