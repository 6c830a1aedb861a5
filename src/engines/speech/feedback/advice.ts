import { z } from 'zod'
import { ADVICE_KINDS } from './template.ts'

const Ms = z.int().min(0)

/** One thing to mend, as it is answered and stored. */
export const Advice = z
  .object({
    kind: z.enum(ADVICE_KINDS),
    sound: z.string().optional().describe('ARPAbet without stress'),
    heard: z.string().optional().describe('What was mostly heard instead; for an inserted vowel, that vowel'),
    words: z
      .array(
        z.object({
          index: z.int().min(0).describe("Index into the assessment's `words`"),
          text: z.string(),
          startMs: Ms.nullable(),
          endMs: Ms.nullable(),
        }),
      )
      .describe('Where it was found; empty when the whole utterance is meant'),
    explanation: z.string(),
    tip: z.string().optional(),
    minimalPairs: z
      .array(z.tuple([z.string(), z.string()]))
      .optional()
      .describe('Words to practise side by side'),
    template: z
      .object({ file: z.string(), key: z.string(), version: z.string() })
      .describe('The authored text; `version` is the hash of its file'),
  })
  .meta({ id: 'Advice' })

export type Advice = z.infer<typeof Advice>
