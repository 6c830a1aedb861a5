import type { Assessment } from '#engines/speech/assessment.ts'
import type { Advice } from '#engines/speech/feedback/advice.ts'
import { adviseOn } from '#engines/speech/feedback/advise-on.ts'
import type { FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import { type WordFeedback, weakestWords } from '#engines/speech/feedback/weakest-words.ts'
import { findWords } from './plain-words.ts'
import type { MatchedResponse } from './turn.ts'
import type { Bilingual, Variation } from './variation.ts'

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

export function composeFeedback({
  said,
  variation,
  matched,
  assessment,
  templates,
  languages,
}: {
  said: string | null
  variation: Variation
  matched: MatchedResponse | null
  assessment: Assessment | null
  templates: readonly FeedbackTemplates[]
  /** Whose habits to expect, and what to write in. */
  languages: { firstLanguage: string | undefined; language: string }
}): Feedback {
  return {
    basis: 'heuristic',
    goalReached: matched?.goal ?? null,
    betterWording: matched ? findBetterWording(variation, matched) : null,
    mistakes: said === null ? [] : findMistakes(said, variation),
    words: weakestWords(assessment?.words ?? []),
    advice: assessment ? adviseOn({ assessment, templates, ...languages }) : [],
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
