import { z } from 'zod'
import { LEVELS } from './levels.ts'
import { SAFETY_CATEGORIES } from './safety-rule.ts'

const Bilingual = z.object({ en: z.string(), ko: z.string() })
const SpanWire = { start: z.int(), end: z.int() }

export const LevelWire = z.enum(LEVELS)

/** How hard a reply is for the learner, and whether it was put more simply. */
export const ReplyLevelWire = z.object({
  basis: z.literal('heuristic'),
  version: z.string(),
  level: LevelWire.describe('The lowest level whose limits every sentence keeps'),
  target: LevelWire.nullable().describe("The learner's level"),
  isWithin: z.boolean().nullable(),
  wordCount: z.int(),
  meanSentenceWords: z.number(),
  longestSentenceWords: z.int(),
  wordsBeyondLevel: z.array(z.object({ word: z.string(), level: LevelWire, ...SpanWire })),
  structures: z.array(z.object({ name: z.string(), level: LevelWire, ...SpanWire })),
  rewrite: z
    .object({
      outcome: z.enum(['used', 'not_easier', 'failed']),
      fromLevel: LevelWire.describe('Of the reply as the model first said it'),
      reason: z.string().optional(),
    })
    .nullable()
    .describe('Where the first wording was beyond the level'),
})

export const SafetyWire = z.object({
  verdict: z.enum(['safe', 'unsafe']),
  basis: z.enum(['heuristic', 'judged']).describe('`heuristic`: by authored phrases, before the reply'),
  category: z.enum(SAFETY_CATEGORIES).nullable(),
  evidence: z.object({ text: z.string(), ...SpanWire }).nullable(),
  note: Bilingual.nullable().describe("For the learner's screen"),
  ruleVersion: z.string().nullable(),
})
