import { z } from 'zod'
import { toJsonSchema } from '#engines/prompt/picoschema.ts'
import { RESERVED_NAMES } from '#engines/prompt/template-node.ts'
import { PromptTests } from './authored-tests.ts'
import { Extensions, nameLike, prose } from './authored-text.ts'

const VARIABLE_NAME = /^[a-z][a-z0-9_]*$/
const PROVIDER_AND_MODEL = /^[a-z][a-z0-9._-]*\/\S+$/
const MAX_TEMPERATURE = 2

/** Picoschema or JSON Schema; the faults of what is written are placed at its keys. */
const Schema = z.record(z.string(), z.json()).superRefine((written, context) => {
  for (const { path, message } of toJsonSchema(written).faults) {
    context.addIssue({ code: 'custom', path, message })
  }
})

const InputSchema = Schema.superRefine((written, context) => {
  const { schema, faults } = toJsonSchema(written)
  if (faults.length > 0) return
  if (schema.type !== 'object') {
    context.addIssue({ code: 'custom', message: 'must be the schema of an object: each key is a variable' })
  }
  for (const name of variablesOf(written)) {
    const message = nameFault(name)
    if (message) context.addIssue({ code: 'custom', path: [keyOf(written, name)], message })
  }
})

function nameFault(name: string): string | undefined {
  if (!VARIABLE_NAME.test(name)) return 'is no usable key: must be snake_case'
  return RESERVED_NAMES.includes(name) ? 'is no usable key: it means something else in a template' : undefined
}

/** The front matter of `prompts/<name>.prompt.md`, after Dotprompt; the body below it is the template. */
export const PromptFrontMatter = z.strictObject({
  name: nameLike(100).describe('As the file is called, without .prompt.md'),
  description: prose(1_000).optional().describe('What the prompt is for'),
  model: prose(200)
    .regex(PROVIDER_AND_MODEL, "must be provider/model, such as 'openai/gpt-6-luna'")
    .optional()
    .describe('provider/model to ask where no route is configured for what the prompt is for'),
  config: z
    .strictObject({
      temperature: z
        .number()
        .min(0)
        .max(MAX_TEMPERATURE)
        .optional()
        .describe('How freely the model may choose its words; left out where a model does not take it'),
      maxOutputTokens: z.int().min(1).max(100_000).optional().describe('The longest answer, in tokens'),
    })
    .default({})
    .describe('What is asked of the model'),
  input: z
    .strictObject({
      schema: InputSchema.default({}).describe(
        'The variables of the template, in Picoschema (name: string, what it holds) or JSON Schema',
      ),
      default: z.record(z.string(), z.json()).optional().describe('Values of variables that are not given'),
    })
    .default({ schema: {} })
    .describe('What the template is filled with'),
  output: z
    .strictObject({
      format: z.enum(['text', 'json']).optional().describe('What the answer is'),
      schema: Schema.optional().describe('What a JSON answer looks like, in Picoschema or JSON Schema'),
    })
    .optional()
    .describe('What comes back'),
  tests: PromptTests.optional().describe('Calls of the prompt, and what must come of them'),
  extensions: Extensions.optional().describe('Keys of your own'),
})

/** The front matter of `prompts/_<name>.prompt.md`: text that several prompts share. */
export const PartialFrontMatter = z.strictObject({
  name: nameLike(100).describe('As the file is called, without the leading _ and .prompt.md'),
  description: prose(1_000).optional().describe('What the text is for'),
  extensions: Extensions.optional().describe('Keys of your own'),
})

/** `body` has the text of its partials in it. */
export type PromptFile = z.infer<typeof PromptFrontMatter> & { body: string }

/** The names of the variables that a schema declares. */
export function variablesOf(written: Readonly<Record<string, unknown>>): string[] {
  const { properties } = toJsonSchema(written).schema
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
}

/** The key that declares a variable: in Picoschema it may say more than the name. */
export function keyOf(written: Readonly<Record<string, unknown>>, variable: string): string {
  const isItsKey = (key: string) => key === variable || /^(\w+)\??(?:\(|$)/.exec(key)?.[1] === variable
  return Object.keys(written).find(isItsKey) ?? variable
}
