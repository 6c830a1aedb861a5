import { z } from 'zod'
import { PersonaTests } from './authored-tests.ts'
import { Extensions, nameLike, prose } from './authored-text.ts'

const LANGUAGE_TAG = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/

/** The front matter of `personas/<id>.persona.md`; the body below it is the system prompt. */
export const PersonaFrontMatter = z.strictObject({
  id: nameLike(50),
  name: prose(100),
  description: prose(1_000),
  avatar_model: prose(100).optional(),
  language: z.string().regex(LANGUAGE_TAG, "must be a language tag such as 'en' or 'en-US'"),
  /** The first stands for a reply that shows none of them. */
  emotions: z.array(nameLike(20)).min(1),
  /** What the persona says before the learner has said anything. */
  greeting: prose(500),
  /** Said in turn where no model is asked; the last one repeats. */
  scripted_lines: z.array(prose(500)).min(1).max(50),
  tests: PersonaTests.optional(),
  extensions: Extensions.optional(),
})

export type PersonaFile = z.infer<typeof PersonaFrontMatter> & { system_prompt: string }
