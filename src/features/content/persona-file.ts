import { z } from 'zod'
import { PersonaTests } from './authored-tests.ts'
import { Extensions, nameLike, prose } from './authored-text.ts'

const LANGUAGE_TAG = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/

/** The front matter of `personas/<id>.persona.md`; the body below it is the system prompt. */
export const PersonaFrontMatter = z.strictObject({
  id: nameLike(50).describe('As the file is called, without .persona.md'),
  name: prose(100).describe('What the persona is called; no two have the same name'),
  description: prose(1_000).describe('Who it is, for whoever chooses one'),
  avatar_model: prose(100).optional().describe('How an app shows it'),
  language: z
    .string()
    .regex(LANGUAGE_TAG, "must be a language tag such as 'en' or 'en-US'")
    .describe("What it speaks, such as 'en'"),
  emotions: z
    .array(nameLike(20))
    .min(1)
    .describe('What it can show; the first stands for a reply that shows none of them'),
  greeting: prose(500).describe('What it says before the learner has said anything'),
  scripted_lines: z
    .array(prose(500))
    .min(1)
    .max(50)
    .describe('Said in turn where no model is asked; the last one repeats'),
  tests: PersonaTests.optional().describe('What is said to it, and what must come of it'),
  extensions: Extensions.optional().describe('Keys of your own'),
})

export type PersonaFile = z.infer<typeof PersonaFrontMatter> & { system_prompt: string }
