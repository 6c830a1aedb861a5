import type { TemplateCheck } from '#engines/prompt/check-template.ts'
import { toJsonSchema } from '#engines/prompt/picoschema.ts'
import type { KeyPath } from '#platform/authored/fault.ts'
import { type PromptFile, variablesOf } from './prompt-file.ts'
import { validatorOf } from './prompt-validator.ts'

type PromptTest = NonNullable<PromptFile['tests']>[number]
type Fault = { path: KeyPath; message: string }

/** Tests that cannot mean what they say: variables that do not fit, and a talk that the template has no place for. */
export const promptTestFaults = (prompt: PromptFile, { hasHistory }: TemplateCheck): Fault[] =>
  (prompt.tests ?? []).flatMap((test, index) =>
    [...variableFaults(prompt, test), ...(hasHistory ? [] : unheard(test))].map(({ path, message }) => ({
      path: ['tests', index, ...path],
      message,
    })),
  )

function variableFaults({ input }: PromptFile, { vars }: PromptTest): Fault[] {
  const declared = variablesOf(input.schema)
  const unknown = Object.keys(vars).filter((name) => !declared.includes(name))
  if (unknown.length > 0) {
    return unknown.map((name) => ({ path: ['vars', name], message: 'is no variable of input.schema' }))
  }
  const validator = validatorOf(toJsonSchema(input.schema).schema)
  const [issue] = validator.safeParse({ ...input.default, ...vars }).error?.issues ?? []
  if (!issue) return []
  return [
    { path: [], message: `does not fill '${issue.path.join('.')}' as input.schema has it: ${issue.message}` },
  ]
}

function unheard({ says, messages }: PromptTest): Fault[] {
  const message = 'is heard by nobody: the template has no {{history}}'
  return [
    ...(says === undefined ? [] : [{ path: ['says'], message }]),
    ...(messages.length === 0 ? [] : [{ path: ['messages'], message }]),
  ]
}
