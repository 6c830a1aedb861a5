import { z } from 'zod'
import { ADVICE_KINDS, PLACES } from '#engines/speech/feedback/template.ts'
import { isPhone, PHONES } from '#engines/speech/phones.ts'
import { Bilingual, Extensions, nameLike, prose } from './authored-text.ts'

const MAX_TEMPLATES = 300
const PRIMARY_TAG = /^[a-z]{2,3}$/

/** Texts are bound to sounds, not to syllables: no stress. */
const Sound = z
  .string()
  .refine(isPhone, `must be an ARPAbet phone of the CMU set without stress (${PHONES.join(' ')})`)

const SpeechFeedbackTemplate = z.strictObject({
  key: nameLike(50).describe('Name of the advice, once in the file'),
  kind: z.enum(ADVICE_KINDS).default('sound').describe('What the advice is about; most are about a sound'),
  sound: Sound.optional().describe('The sound that was meant, as an ARPAbet phone'),
  heard_as: z.array(Sound).min(1).optional().describe('What was heard instead'),
  where: z
    .enum(['anywhere', ...PLACES])
    .default('anywhere')
    .describe('Where in the syllable it must stand'),
  explanation: Bilingual.describe(
    'What is wrong, with the placeholders of its kind: {{words}}, {{seconds}} …',
  ),
  tip: Bilingual.optional().describe('How to mend it'),
  minimal_pairs: z
    .array(z.tuple([prose(30), prose(30)]))
    .min(1)
    .optional()
    .describe('Pairs of words that differ in just this sound'),
})

/** `prompts/speech-feedback/<language>.yaml`: what to say about the speech of those who grew up with that language. */
export const SpeechFeedbackFile = z.strictObject({
  first_language: z
    .string()
    .regex(PRIMARY_TAG, "must be a primary language tag such as 'ko'")
    .describe('As the file is called: what the learner grew up with'),
  templates: z
    .array(SpeechFeedbackTemplate)
    .min(1)
    .max(MAX_TEMPLATES)
    .describe('Advice; the first that fits is given'),
  extensions: Extensions.optional().describe('Keys of your own'),
})

export type SpeechFeedbackFile = z.infer<typeof SpeechFeedbackFile>
export type SpeechFeedbackTemplate = z.infer<typeof SpeechFeedbackTemplate>
