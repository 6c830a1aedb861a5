import { z } from 'zod'
import { ADVICE_KINDS } from './template.ts'

const Ms = z.int().min(0)

/** One thing to mend, as it is answered and stored. */
export const Advice = z
  .object({
    kind: z.enum(ADVICE_KINDS).describe('What is to be mended'),
    sound: z.string().optional().describe('ARPAbet without stress'),
    heard: z.string().optional().describe('What was mostly heard instead; for an inserted vowel, that vowel'),
    words: z
      .array(
        z.object({
          index: z.int().min(0).describe("Index into the assessment's `words`"),
          text: z.string().describe('The word'),
          startMs: Ms.nullable().describe('Where it begins, in ms from the start of the recording'),
          endMs: Ms.nullable().describe('Where it ends'),
        }),
      )
      .describe('Where it was found; empty when the whole utterance is meant'),
    explanation: z.string().describe('What was heard and what is meant, in the language asked for'),
    tip: z.string().optional().describe('How to form it'),
    minimalPairs: z
      .array(z.tuple([z.string(), z.string()]))
      .optional()
      .describe('Words to practise side by side'),
    template: z
      .object({
        file: z.string().describe('Its file'),
        key: z.string().describe('Its key in the file'),
        version: z.string().describe('Hash of the file'),
      })
      .describe('The authored text; `version` is the hash of its file'),
  })
  .meta({ id: 'Advice', description: 'One thing to mend' })

export type Advice = z.infer<typeof Advice>
