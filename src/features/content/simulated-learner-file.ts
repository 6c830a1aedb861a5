import { z } from 'zod'
import { Extensions, nameLike, prose } from './authored-text.ts'

export const CEFR_LEVELS = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2'] as const

/**
 * How a learner is played where no model plays: `answers` works through the goals with the authored lines, `follows-hints`
 * says what the last hint quotes, `makes-mistakes` says the authored mistakes, `says-lines` says its own in turn.
 */
export const BEHAVIOURS = ['answers', 'follows-hints', 'makes-mistakes', 'says-lines'] as const

/** A habit of speakers of a language: what becomes of a line when they say it. */
const Slip = z
  .strictObject({
    description: prose(300).describe('What the habit is, for a model that plays the learner'),
    pattern: z.string().min(1).max(300).describe('A regular expression of the words that change'),
    becomes: z.string().max(100).describe('What is said instead; $1 is the first group'),
    example: z
      .strictObject({ says: prose(300), becomes: prose(300) })
      .describe('A line and what becomes of it; it is checked'),
  })
  .superRefine(checkSlip)

/** `prompts/simulated-learners/<name>.yaml`: somebody who talks in tests, and never in the service. */
export const SimulatedLearnerFile = z
  .strictObject({
    learner_name: nameLike(50).describe('As the file is called, without .yaml'),
    description: prose(500).describe('Who it is, for whoever writes tests'),
    cefr_level: z.enum(CEFR_LEVELS).describe('How well the learner speaks'),
    first_language: z
      .string()
      .regex(/^[a-z]{2,3}$/, "must be a language tag such as 'ko'")
      .describe("What the learner grew up with, such as 'ko'"),
    behaviour: z.enum(BEHAVIOURS).describe('How the learner is played where no model plays'),
    instructions: prose(2_000)
      .optional()
      .describe(
        'For a model that plays the learner; without them the lines are said even where there is one',
      ),
    slips: z.array(Slip).max(50).default([]).describe('Mistakes that the learner makes by habit'),
    utterances: z
      .array(z.string().max(300))
      .max(50)
      .default([])
      .describe(
        'Said in turn where there are no goals, and by those who only say lines; an empty one is silence',
      ),
    extensions: Extensions.optional().describe('Keys of your own'),
  })
  .refine(({ behaviour, utterances }) => behaviour !== 'says-lines' || utterances.length > 0, {
    path: ['utterances'],
    message: 'whoever only says lines needs some',
  })

export type SimulatedLearnerFile = z.output<typeof SimulatedLearnerFile>
export type Slip = z.output<typeof Slip>

export const applySlip = (text: string, { pattern, becomes }: Pick<Slip, 'pattern' | 'becomes'>) =>
  text.replaceAll(new RegExp(pattern, 'gu'), becomes)

/** The example shows what a pattern does, to readers and to this check. */
function checkSlip(
  slip: { pattern: string; becomes: string; example: Slip['example'] },
  context: z.RefinementCtx,
): void {
  try {
    const said = applySlip(slip.example.says, slip)
    if (said === slip.example.becomes) return
    context.addIssue({
      code: 'custom',
      path: ['example', 'becomes'],
      message: `is not what comes out: '${said}'`,
    })
  } catch {
    context.addIssue({ code: 'custom', path: ['pattern'], message: 'is no regular expression' })
  }
}
