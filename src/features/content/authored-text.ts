import { z } from 'zod'

const HANGUL = /\p{Script=Hangul}/u
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

export const isKebabCase = (text: string) => KEBAB_CASE.test(text)

/** Authored prose: never blank, bounded, and without the spaces at its ends. */
export const prose = (maxCharacters: number) =>
  z.string().trim().min(1, 'must not be empty').max(maxCharacters, `at most ${maxCharacters} characters`)

/** A name that is also a file or folder name and part of a URL. */
export const nameLike = (maxCharacters: number) =>
  z
    .string()
    .max(maxCharacters, `at most ${maxCharacters} characters`)
    .regex(KEBAB_CASE, 'must be kebab-case: small letters, digits and single hyphens')

/** A note for the learner, in English and in the learner's own language. */
export const Bilingual = z.strictObject({
  en: prose(1_000).describe('In English'),
  ko: prose(1_000)
    .regex(HANGUL, 'must be Korean, written in Hangul')
    .describe('In Korean, written in Hangul'),
})

/** The one place of a file where an author may keep keys of their own. */
export const Extensions = z.record(z.string(), z.json())

export type Bilingual = z.infer<typeof Bilingual>
