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
  key: nameLike(50),
  kind: z.enum(ADVICE_KINDS).default('sound'),
  sound: Sound.optional(),
  heard_as: z.array(Sound).min(1).optional(),
  where: z.enum(['anywhere', ...PLACES]).default('anywhere'),
  explanation: Bilingual,
  tip: Bilingual.optional(),
  minimal_pairs: z
    .array(z.tuple([prose(30), prose(30)]))
    .min(1)
    .optional(),
})

/** `prompts/speech-feedback/<language>.yaml`: what to say about the speech of those who grew up with that language. */
export const SpeechFeedbackFile = z.strictObject({
  first_language: z.string().regex(PRIMARY_TAG, "must be a primary language tag such as 'ko'"),
  templates: z.array(SpeechFeedbackTemplate).min(1).max(MAX_TEMPLATES),
  extensions: Extensions.optional(),
})

export type SpeechFeedbackFile = z.infer<typeof SpeechFeedbackFile>
export type SpeechFeedbackTemplate = z.infer<typeof SpeechFeedbackTemplate>
