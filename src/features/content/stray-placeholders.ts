import type { AuthoredFault, KeyPath } from '#platform/authored/fault.ts'
import type { ContentCatalogue, ContentFile } from './content-catalogue.ts'
import { fillValue } from './testing/fill-value.ts'
import type { Json } from './testing/json.ts'
import { PERSONA_TEST_VARIABLES, VARIATION_TEST_VARIABLES } from './testing/test-variables.ts'

/** `{{name}}`, `{name}` and the marks of character cards. */
const PLACEHOLDER = /\{\{[^{}\n]{0,60}\}\}|\{[A-Za-z_][A-Za-z0-9_]*\}|<(?:user|bot|char)>/i
/** Not shown to learners: tests have variables of their own, and extensions are the author's. */
const UNCHECKED = ['tests', 'extensions', 'system_prompt']

export const strayPlaceholderMessage = (text: string): string | undefined => {
  const [found] = PLACEHOLDER.exec(text) ?? []
  return found === undefined
    ? undefined
    : `has the placeholder ${found}, which is not filled in here: write the words out (allowed here: none)`
}

type Read = Omit<ContentCatalogue, 'faults'>

/** Placeholders in authored lines, which would be shown as they stand, and names in tests that no variable has. */
export function strayPlaceholders(content: Read): AuthoredFault[] {
  const { situations, personas, prompts } = content
  const variations = situations.flatMap((situation) => situation.variations)
  const lines: ContentFile<unknown>[] = [
    ...situations,
    ...variations,
    ...personas,
    ...content.locations,
    ...content.culturalContexts,
    ...content.safety,
  ]
  return [
    ...lines.flatMap(lineFaults),
    ...variations.flatMap((file) => testFaults(file, () => VARIATION_TEST_VARIABLES)),
    ...personas.flatMap((file) => testFaults(file, () => PERSONA_TEST_VARIABLES)),
    ...prompts.flatMap((file) => testFaults(file, ({ vars = {} }) => Object.keys(vars))),
  ]
}

const lineFaults = ({ value, faultAt }: ContentFile<unknown>): AuthoredFault[] =>
  textsIn(value, []).flatMap(({ path, text }) => {
    const message = strayPlaceholderMessage(text)
    return message === undefined ? [] : [faultAt(path, message)]
  })

type Placed = { path: KeyPath; text: string }

function textsIn(value: unknown, path: KeyPath): Placed[] {
  if (typeof value === 'string') return [{ path, text: value }]
  if (typeof value !== 'object' || value === null) return []
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value).filter(([key]) => path.length > 0 || !UNCHECKED.includes(key))
  return entries.flatMap(([key, inner]) => textsIn(inner, [...path, key]))
}

type Assertion = { value?: Json | undefined } | { assert: readonly Assertion[] }
type Test = { vars?: Record<string, unknown>; assert?: readonly Assertion[] | undefined }

function testFaults<Each extends Test>(
  { value, faultAt }: ContentFile<{ tests?: readonly Each[] | undefined }>,
  variablesOf: (test: Each) => readonly string[],
): AuthoredFault[] {
  return (value.tests ?? []).flatMap((test, index) => {
    const names = variablesOf(test)
    const given = Object.fromEntries(names.map((name) => [name, '']))
    const allowed = names.map((name) => `{{${name}}}`).join(', ') || 'none'
    return valuesIn(test.assert ?? [], ['tests', index, 'assert']).flatMap(({ path, value: expected }) =>
      fillValue(expected, given).missing.map((name) =>
        faultAt(path, `has {{${name}}}, which no variable of this test fills (allowed here: ${allowed})`),
      ),
    )
  })
}

const valuesIn = (
  assertions: readonly Assertion[],
  path: KeyPath,
): { path: KeyPath; value: Json | undefined }[] =>
  assertions.flatMap((assertion, index) =>
    'assert' in assertion
      ? valuesIn(assertion.assert, [...path, index, 'assert'])
      : [{ path: [...path, index, 'value'], value: assertion.value }],
  )
