import { z } from 'zod'
import { PromptTests } from './authored-tests.ts'
import { Extensions, nameLike, prose } from './authored-text.ts'
import { promptNotRenderable } from './prompt-errors.ts'
import { fillTemplate, templateFaults, variablesOf } from './prompt-template.ts'

const VariableName = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be snake_case')

/** Picoschema's short form; text is the only type that can be filled in as it is. */
const VariableType = z.string().regex(/^string(?:, \S.*)?$/, "must be 'string' or 'string, what it holds'")

/** The front matter of `prompts/<name>.prompt.md`; the body below it is the template. */
export const PromptFrontMatter = z.strictObject({
  name: nameLike(100),
  description: prose(1_000).optional(),
  input: z.strictObject({ schema: z.record(VariableName, VariableType) }),
  config: z
    .strictObject({
      max_output_tokens: z.int().min(1).max(100_000).optional(),
    })
    .default({}),
  model: prose(100).optional(),
  tests: PromptTests.optional(),
  extensions: Extensions.optional(),
})

export type PromptFile = z.infer<typeof PromptFrontMatter> & { body: string }

/**
 * The prompt with its variables filled in, verbatim and once: a value that looks like a placeholder stays what
 * it is. Throws when the template uses what is not declared, or when a variable is missing, unknown or no text.
 */
export function renderPrompt(prompt: PromptFile, variables: Readonly<Record<string, string>>): string {
  const declared = Object.keys(prompt.input.schema)
  const [fault] = templateFaults(prompt.body, declared)
  if (fault) throw promptNotRenderable(prompt.name, `the template ${fault.message}`)

  const given = new Map(Object.entries(variables))
  const unknown = [...given.keys()].find((name) => !declared.includes(name))
  if (unknown !== undefined) throw promptNotRenderable(prompt.name, `'${unknown}' is not declared`)
  const missing = declared.find((name) => typeof given.get(name) !== 'string')
  if (missing !== undefined) throw promptNotRenderable(prompt.name, `'${missing}' is not given as text`)

  return fillTemplate(prompt.body, (name) => given.get(name) ?? '')
}

/** Declared variables that the template never uses. */
export function unusedVariables({ input, body }: PromptFile): string[] {
  const used = variablesOf(body)
  return Object.keys(input.schema).filter((name) => !used.includes(name))
}
