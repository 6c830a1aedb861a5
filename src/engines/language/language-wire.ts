import { z } from 'zod'
import { LEVELS } from './levels.ts'
import { SAFETY_CATEGORIES } from './safety-rule.ts'

const Bilingual = z.object({ en: z.string().describe('In English'), ko: z.string().describe('In Korean') })
const SpanWire = {
  start: z.int().describe('Where it begins, in UTF-16 units of the text'),
  end: z.int().describe('Where it ends'),
}

export const LevelWire = z.enum(LEVELS)

/** How hard a reply is for the learner, and whether it was put more simply. */
export const ReplyLevelWire = z
  .object({
    basis: z.literal('heuristic').describe('Read off the words by rules'),
    version: z.string().describe('Of the rules'),
    level: LevelWire.describe('The lowest level whose limits every sentence keeps'),
    target: LevelWire.nullable().describe("The learner's level"),
    isWithin: z.boolean().nullable().describe("Whether the reply keeps to the learner's level"),
    wordCount: z.int().describe('Words of the reply'),
    meanSentenceWords: z.number().describe('Words in a sentence, on average'),
    longestSentenceWords: z.int().describe('Words in the longest sentence'),
    wordsBeyondLevel: z
      .array(
        z.object({
          word: z.string().describe('The word'),
          level: LevelWire.describe('Its level'),
          ...SpanWire,
        }),
      )
      .describe('Words above the target'),
    structures: z
      .array(
        z.object({
          name: z.string().describe('Name of the structure'),
          level: LevelWire.describe('Its level'),
          ...SpanWire,
        }),
      )
      .describe('Structures above the target'),
    rewrite: z
      .object({
        outcome: z.enum(['used', 'not_easier', 'failed']).describe('What became of the simpler wording'),
        fromLevel: LevelWire.describe('Of the reply as the model first said it'),
        reason: z.string().optional().describe('Why it was not used'),
      })
      .nullable()
      .describe('Where the first wording was beyond the level'),
  })
  .meta({ id: 'ReplyLevel', description: 'How hard a reply is' })

export const SafetyWire = z
  .object({
    verdict: z.enum(['safe', 'unsafe']).describe('Whether the words may be talked about'),
    basis: z.enum(['heuristic', 'judged']).describe('`heuristic`: by authored phrases, before the reply'),
    category: z.enum(SAFETY_CATEGORIES).nullable().describe('What they are about'),
    evidence: z
      .object({ text: z.string().describe('As they were said'), ...SpanWire })
      .nullable()
      .describe('The words that show it'),
    note: Bilingual.nullable().describe("For the learner's screen"),
    ruleVersion: z.string().nullable().describe('Of the phrases'),
  })
  .meta({ id: 'Safety', description: "What was found about the learner's words" })
