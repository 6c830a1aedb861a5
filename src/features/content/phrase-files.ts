import { z } from 'zod'
import { phraseFault } from '#engines/language/phrases.ts'
import { REPAIR_KINDS } from '#engines/language/repair-line.ts'
import { SAFETY_CATEGORIES } from '#engines/language/safety-rule.ts'
import { Bilingual, Extensions, prose } from './authored-text.ts'
import { placeholderFaults } from './placeholders.ts'

const MAX_PHRASES = 200
/** What stands in a repair's texts for the partner's last line and the author's hint. */
const REPAIR_VALUES = ['line', 'hint']

const phrasesOf = (language: 'en' | 'ko') =>
  z
    .array(
      prose(300).superRefine((phrase, context) => {
        const fault = phraseFault(phrase, language)
        if (fault !== undefined) context.addIssue({ code: 'custom', message: fault })
      }),
    )
    .max(MAX_PHRASES)

const Phrases = z.strictObject({ en: phrasesOf('en').default([]), ko: phrasesOf('ko').default([]) })

const RepairText = prose(500).superRefine((text, context) => {
  for (const message of placeholderFaults(
    text,
    REPAIR_VALUES,
    'which repair lines do not have (allowed here: {{line}}, {{hint}})',
  )) {
    context.addIssue({ code: 'custom', message })
  }
})

/** `prompts/repair/<kind>.yaml`: what learners ask for instead of answering, and what is said to it. */
export const RepairFile = z.strictObject({
  kind: z.enum(REPAIR_KINDS).describe('As the file is called: what the learner asks for'),
  around: Phrases.default({ en: [], ko: [] }).describe(
    'Words that may stand before and after without changing what is asked for',
  ),
  patterns: Phrases.describe(
    'The whole of what is said: [word] may be missing, (one|other) stands for either',
  ),
  says: RepairText.describe('What is answered, with {{line}} and {{hint}}'),
  note: z.strictObject({ en: RepairText, ko: RepairText }).describe("For the learner's screen"),
  extensions: Extensions.optional().describe('Keys of your own'),
})

/** `prompts/safety/<category>.yaml`: what is not talked about, and what is answered instead. */
export const SafetyFile = z.strictObject({
  category: z.enum(SAFETY_CATEGORIES).describe('As the file is called: what is not talked about'),
  patterns: Phrases.describe('Phrases that may stand anywhere in what is said'),
  except: Phrases.default({ en: [], ko: [] }).describe('Innocent phrases, which cover a pattern inside them'),
  says: prose(500).describe('What is answered instead of asking a model'),
  note: Bilingual.describe("For the learner's screen"),
  extensions: Extensions.optional().describe('Keys of your own'),
})

export type RepairFile = z.infer<typeof RepairFile>
export type SafetyFile = z.infer<typeof SafetyFile>
