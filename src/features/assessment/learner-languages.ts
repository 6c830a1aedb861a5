import { z } from 'zod'

/** BCP 47; only the primary tag counts. */
const LanguageTag = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/, "must be a language tag such as 'ko' or 'en-US'")

/** What feedback needs to know of a learner; both may be left out. */
export const LearnerLanguages = z.object({
  firstLanguage: LanguageTag.optional().describe(
    "The learner's first language; without templates of its own, the general ones serve",
  ),
  language: LanguageTag.optional().describe('What the feedback is written in: en (default) or ko'),
})

export type LearnerLanguages = z.infer<typeof LearnerLanguages>
