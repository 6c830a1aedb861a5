import { toJsonSchema } from '#engines/prompt/picoschema.ts'
import { compileTemplate, type PromptMessage } from '#engines/prompt/render-template.ts'
import { promptNotRenderable } from './prompt-errors.ts'
import { type PromptFile, variablesOf } from './prompt-file.ts'
import { validatorOf } from './prompt-validator.ts'

export type PromptInput = {
  /** More than the prompt declares may be given: what it does not use it does not get. */
  variables: Readonly<Record<string, unknown>>
  /** What was said before; stands where the prompt has `{{history}}`. */
  history?: readonly PromptMessage[]
}

/** A request as the prompt asks for it; what it does not say is absent. */
export type RenderedPrompt = {
  messages: PromptMessage[]
  model: string | undefined
  temperature: number | undefined
  maxOutputTokens: number | undefined
}

/** Fills a prompt whose partials are in it. Throws when a variable is missing or of another kind than declared. */
export function compilePrompt(prompt: PromptFile): (input: PromptInput) => RenderedPrompt {
  const names = variablesOf(prompt.input.schema)
  const validator = validatorOf(toJsonSchema(prompt.input.schema).schema)
  const fill = compileTemplate(prompt.body)
  return ({ variables, history = [] }) => {
    const values = Object.fromEntries(
      Object.entries({ ...prompt.input.default, ...variables }).filter(([name]) => names.includes(name)),
    )
    const [issue] = validator.safeParse(values).error?.issues ?? []
    // The message would quote the value.
    if (issue) throw promptNotRenderable(prompt.name, `'${issue.path.join('.')}' is not what it declares`)
    const { model, config } = prompt
    const { temperature, maxOutputTokens } = config
    return { messages: fill(values, history), model, temperature, maxOutputTokens }
  }
}

export const renderPrompt = (prompt: PromptFile, input: PromptInput): RenderedPrompt =>
  compilePrompt(prompt)(input)
