import { z } from 'zod'
import type { AssessedWord } from '../assessment.ts'

/** A word worth another try, as it is answered and stored. */
export const WordFeedbackWire = z.object({
  word: z.string().describe('The word'),
  score: z.int().describe('0 to 100'),
  startMs: z.int().nullable().describe('Where it begins, in ms from the start of the recording'),
  endMs: z.int().nullable().describe('Where it ends'),
  phones: z
    .array(
      z.object({
        phone: z.string().describe('ARPAbet without stress'),
        score: z.int().describe('0 to 100'),
        heard: z.string().optional().describe('What fits the sound better'),
      }),
    )
    .describe('Those that cost most, worst first'),
})

export type WordFeedback = z.output<typeof WordFeedbackWire>

const MAX_WORDS = 3
const MAX_PHONES = 2

/** What the scorer calls mispronounced, worst first, each with its weakest sounds. */
export function weakestWords(words: readonly AssessedWord[]): WordFeedback[] {
  return words
    .flatMap(({ text, status, score, startMs, endMs, phones }) =>
      status !== 'mispronounced' || score === null
        ? []
        : [{ word: text, score, startMs, endMs, phones: weakestPhones(phones) }],
    )
    .sort((a, b) => a.score - b.score)
    .slice(0, MAX_WORDS)
}

function weakestPhones(phones: AssessedWord['phones']): WordFeedback['phones'] {
  return phones
    .flatMap(({ phone, score, heard }) =>
      score === null ? [] : [{ phone, score, ...(heard ? { heard } : {}) }],
    )
    .sort((a, b) => a.score - b.score)
    .slice(0, MAX_PHONES)
}
