import type { AssessedWord, Assessment } from '#engines/speech/assessment.ts'
import type { Advice } from '#engines/speech/feedback/advice.ts'
import { adviseOn } from '#engines/speech/feedback/advise-on.ts'
import type { FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import { findWords } from './plain-words.ts'
import type { MatchedResponse } from './turn.ts'
import type { Bilingual, Variation } from './variation.ts'

export type WordFeedback = {
  word: string
  score: number
  startMs: number | null
  endMs: number | null
  /** The phones that cost most, worst first. */
  phones: { phone: string; score: number; heard?: string }[]
}

/** `start` and `end`: where it stands in what was said; absent in turns of earlier versions. */
export type MistakeFeedback = {
  said: string
  correction: string
  explanation: Bilingual
  start?: number
  end?: number
}

/** `heuristic`: found by comparing with what the author wrote down, and by reading off the measured scores. */
export type Feedback = {
  basis: 'heuristic'
  goalReached: string | null
  /** The author's best way to say it, when what was said was only acceptable. */
  betterWording: string | null
  mistakes: MistakeFeedback[]
  words: WordFeedback[]
  /** How to mend the sound of it; absent in turns of earlier versions. */
  advice?: Advice[]
}

const MAX_WORDS = 3
const MAX_PHONES = 2

export function composeFeedback({
  said,
  variation,
  matched,
  assessment,
  templates,
}: {
  said: string | null
  variation: Variation
  matched: MatchedResponse | null
  assessment: Assessment | null
  templates: readonly FeedbackTemplates[]
}): Feedback {
  return {
    basis: 'heuristic',
    goalReached: matched?.goal ?? null,
    betterWording: matched ? findBetterWording(variation, matched) : null,
    mistakes: said === null ? [] : findMistakes(said, variation),
    words: weakestWords(assessment?.words ?? []),
    // Nobody has said yet which language the learner grew up with.
    advice: assessment ? adviseOn({ assessment, templates }) : [],
  }
}

function findBetterWording({ ideal_responses }: Variation, matched: MatchedResponse): string | null {
  if (matched.kind === 'ideal') return null
  return ideal_responses.find(({ goal }) => goal === matched.goal)?.text ?? null
}

/** Authored mistakes that stand in what was said, word for word. */
function findMistakes(said: string, { common_mistakes }: Variation): MistakeFeedback[] {
  return common_mistakes.flatMap(({ says, correction, explanation }) => {
    const span = findWords(said, says)
    return span ? [{ said: says, correction, explanation, ...span }] : []
  })
}

/** What the scorer calls mispronounced, worst first, each with its weakest sounds. */
function weakestWords(words: AssessedWord[]): WordFeedback[] {
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
