import { checkTemplate, type TemplateCheck } from '#engines/prompt/check-template.ts'
import { type Partials, partialFaults } from '#engines/prompt/partials.ts'
import { isRecord, toJsonSchema } from '#engines/prompt/picoschema.ts'
import type { TemplateFault } from '#engines/prompt/template-node.ts'
import type { KeyPath } from '#platform/authored/fault.ts'
import type { PromptContract } from './prompt-contract.ts'
import { keyOf, type PromptFile, variablesOf } from './prompt-file.ts'
import { promptTestFaults } from './prompt-test-rules.ts'
import { validatorOf } from './prompt-validator.ts'

export type PromptFaults = {
  inBody: TemplateFault[]
  inFrontMatter: { path: KeyPath; message: string }[]
}

type CheckPromptInput = {
  /** `body` as it is written, partials not yet put in. */
  prompt: PromptFile
  partials: Partials
  contract?: PromptContract | undefined
}

/** What the schema of the front matter cannot see: whether template, variables and their user fit each other. */
export function promptFaults({ prompt, partials, contract }: CheckPromptInput): PromptFaults {
  const { schema } = toJsonSchema(prompt.input.schema)
  const checked = checkTemplate(prompt.body, { schema, untrusted: contract?.untrusted ?? [], partials })
  return {
    inBody: [
      ...checked.faults,
      ...partialFaults(prompt.body, partials),
      ...(contract ? missingParts(prompt, checked, contract) : []),
    ],
    inFrontMatter: [
      ...unusedVariables(prompt, checked),
      ...defaultFaults(prompt),
      ...notGiven(prompt, contract),
      ...promptTestFaults(prompt, checked),
    ],
  }
}

const at = ({ input }: PromptFile, variable: string) => ['input', 'schema', keyOf(input.schema, variable)]

function unusedVariables(prompt: PromptFile, { used, faults }: TemplateCheck) {
  if (faults.some(({ message }) => message.startsWith('is no template'))) return []
  return variablesOf(prompt.input.schema)
    .filter((name) => !used.has(name))
    .map((name) => ({ path: at(prompt, name), message: 'is never used' }))
}

/** Variables that the template would wait for in vain. */
function notGiven(prompt: PromptFile, contract: PromptContract | undefined) {
  if (!contract) return []
  const given = [...contract.authored, ...contract.untrusted]
  const message = `is given by nobody: declare only ${given.join(', ')}, or give it a value in input.default`
  return requiredOf(prompt)
    .filter((name) => !given.includes(name))
    .map((name) => ({ path: at(prompt, name), message }))
}

const requiredOf = ({ input }: PromptFile) => {
  const { required } = toJsonSchema(input.schema).schema
  const names = Array.isArray(required) ? required.map(String) : []
  return names.filter((name) => input.default === undefined || !Object.hasOwn(input.default, name))
}

function missingParts(
  { name }: PromptFile,
  { used, hasHistory }: TemplateCheck,
  { needs, history }: PromptContract,
): TemplateFault[] {
  const parts = [
    ...needs.filter((variable) => !used.has(variable)).map((variable) => `'${variable}'`),
    ...(history && !hasHistory ? ['{{history}}'] : []),
  ]
  return parts.map((part) => ({
    offset: 0,
    message: `does not use ${part}, which ${name} cannot do without`,
  }))
}

function defaultFaults({ input }: PromptFile) {
  const { properties } = toJsonSchema(input.schema).schema
  return Object.entries(input.default ?? {}).flatMap(([name, value]) => {
    const path = ['input', 'default', name]
    const schema = isRecord(properties) ? properties[name] : undefined
    if (!isRecord(schema)) return [{ path, message: 'is no variable of input.schema' }]
    const parsed = validatorOf(schema).safeParse(value)
    const [issue] = parsed.error?.issues ?? []
    return issue ? [{ path, message: `does not fit input.schema: ${issue.message}` }] : []
  })
}
