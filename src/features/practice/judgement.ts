import { z } from 'zod'
import { isInstructionLike } from '#engines/language/instruction-like.ts'
import { SAFETY_CATEGORIES } from '#engines/language/safety-rule.ts'
import { capScores, type JudgedAspect, UNSCORED } from './cap-scores.ts'
import { CORRECTION_KINDS, type Correction, trustCorrections } from './corrections.ts'
import { plainWords } from './plain-words.ts'
import type { Variation } from './variation.ts'

const Score = z.int().min(0).max(100)
const Explanation = z.strictObject({ en: z.string().min(1).max(500), ko: z.string().min(1).max(500) })

/** What the judge is asked for. Strict, every key required: vendors demand it, and a missing answer is said as null. */
export const JudgeAnswer = z.strictObject({
  goals_met: z
    .array(z.strictObject({ goal: z.string().max(50), words: z.string().max(500) }))
    .max(20)
    .describe('Goals that this turn reached, each with the words of the learner that show it'),
  appropriateness: Score.nullable().describe(
    'Fits the role, the place and the politeness it asks for; null when nobody can say',
  ),
  grammar: Score.nullable(),
  vocabulary: Score.nullable(),
  corrections: z
    .array(
      z.strictObject({
        from: z
          .string()
          .min(1)
          .max(300)
          .describe('Words exactly as the learner said them, as few as possible'),
        to: z.string().max(300).describe('What they should have been'),
        kind: z.enum(CORRECTION_KINDS),
        explanation: Explanation,
      }),
    )
    .max(10),
  learner: z.enum(['answering', 'stuck', 'off_topic', 'wants_to_lead']),
  is_over: z.boolean().describe('True when the conversation has come to its natural end'),
  safety: z.strictObject({
    verdict: z.enum(['safe', 'unsafe']),
    category: z.enum(SAFETY_CATEGORIES).nullable(),
    evidence: z.string().max(500).nullable().describe('Words exactly as the learner said them'),
  }),
})

export type JudgeAnswer = z.output<typeof JudgeAnswer>

/** What is shown and stored of it: only what the learner's own words bear out. */
export type Judgement = {
  basis: 'judged'
  judge: { provider: string; model: string; promptVersionId: string }
  goalsMet: { goal: string; words: string }[]
  appropriateness: number | null
  grammar: number | null
  vocabulary: number | null
  /** Why all three are null although a judge was asked. */
  unscoredReason: 'instruction_like' | null
  /** What the judge said where it was more than the words can show. */
  cappedScores: Partial<Record<JudgedAspect, number>>
  corrections: Correction[]
  /** How many proposals of the judge were not shown, by the reason. */
  droppedCorrections: Record<string, number>
  learner: JudgeAnswer['learner']
  isOver: boolean
}

export type ReadJudgementInput = {
  answer: JudgeAnswer
  judge: Judgement['judge']
  said: string
  /** Whether the words match a response of the author. */
  isMatched: boolean
  variation: Pick<Variation, 'goals' | 'ideal_responses' | 'acceptable_responses'>
  showsStyle: boolean
}

/**
 * Drops goals that the variation does not have or the words do not show, and corrections that cannot be trusted. Words that
 * are an order to the program are not scored, and the others no higher than they can show.
 */
export function readJudgement({
  answer,
  judge,
  said,
  isMatched,
  variation,
  showsStyle,
}: ReadJudgementInput): Judgement {
  const { kept, dropped } = trustCorrections({
    said,
    proposed: answer.corrections,
    accepted: [...variation.ideal_responses, ...variation.acceptable_responses].map(({ text }) => text),
    showsStyle,
  })
  const spoken = ` ${plainWords(said)} `
  const isShown = ({ goal, words }: { goal: string; words: string }) =>
    variation.goals.some(({ id }) => id === goal) &&
    plainWords(words) !== '' &&
    spoken.includes(` ${plainWords(words)} `)
  const isOrder = !isMatched && isInstructionLike(said)
  const goalsMet = isOrder ? [] : answer.goals_met.filter(isShown)
  const { appropriateness, grammar, vocabulary } = answer
  const { scores, capped } = capScores({
    scores: isOrder ? UNSCORED : { appropriateness, grammar, vocabulary },
    said,
    hasEvidence: isMatched || goalsMet.length > 0,
    isOffTopic: answer.learner === 'off_topic',
  })
  return {
    basis: 'judged',
    judge,
    goalsMet,
    ...scores,
    unscoredReason: isOrder ? 'instruction_like' : null,
    cappedScores: capped,
    corrections: kept,
    droppedCorrections: countBy(dropped.map(({ reason }) => reason)),
    learner: answer.learner,
    isOver: answer.is_over,
  }
}

const countBy = (reasons: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(reasons, (reason) => reason)].map(([reason, all]) => [reason, all.length]),
  )
