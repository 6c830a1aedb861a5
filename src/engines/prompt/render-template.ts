import Handlebars from 'handlebars'
import { parseTemplate } from './parse-template.ts'
import { BLOCK_HELPERS, type TemplateNode } from './template-node.ts'

export type PromptMessage = { role: 'system' | 'user' | 'assistant'; text: string }

export type RenderTemplate = (
  values: Readonly<Record<string, unknown>>,
  history: readonly PromptMessage[],
) => PromptMessage[]

type Section =
  | { kind: 'text'; role: PromptMessage['role']; fill: (values: unknown) => string }
  | { kind: 'history' }

const handlebars = createHandlebars()

/** Which is the default; said, so that nothing is printed when a template asks for more. */
const OWN_PROPERTIES_ONLY = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false }

/**
 * Makes messages of a template without faults and partials. Roles are cut where the template has them, before anything
 * is filled in, and values go in once and verbatim: no value can open a role, a partial or a block, whatever it holds.
 */
export function compileTemplate(source: string): RenderTemplate {
  const sections = splitSections(source)
  return (values, history) =>
    sections.flatMap((section): PromptMessage[] => {
      if (section.kind === 'history') return [...history]
      const text = section.fill(values).trim()
      return text === '' ? [] : [{ role: section.role, text }]
    })
}

/** What stands before the first role is the system's, as in versions that were kept before prompts had roles. */
function splitSections(source: string): Section[] {
  const turns = parseTemplate(source).nodes.filter(({ kind }) => kind === 'role' || kind === 'history')
  const endOf = (index: number) => turns[index]?.start ?? source.length
  const textOf = (role: PromptMessage['role'], start: number, end: number): Section => ({
    kind: 'text',
    role,
    fill: compile(source.slice(start, end)),
  })
  return [
    textOf('system', 0, endOf(0)),
    ...turns.map(
      (turn, index): Section =>
        turn.kind === 'role' ? textOf(roleOf(turn), turn.end, endOf(index + 1)) : { kind: 'history' },
    ),
  ]
}

const roleOf = ({ role }: Extract<TemplateNode, { kind: 'role' }>) => (role === 'model' ? 'assistant' : role)

function compile(source: string): (values: unknown) => string {
  const knownHelpers = Object.fromEntries(['json', ...BLOCK_HELPERS].map((name) => [name, true]))
  const fill = handlebars.compile(source, { noEscape: true, knownHelpersOnly: true, knownHelpers })
  return (values) => fill(values, OWN_PROPERTIES_ONLY)
}

/** An instance of our own, without the helpers that reach further than a prompt should. */
function createHandlebars(): typeof Handlebars {
  const instance = Handlebars.create()
  for (const name of ['lookup', 'log', 'with']) instance.unregisterHelper(name)
  instance.registerHelper('json', (value: unknown) => JSON.stringify(value ?? null))
  instance.registerHelper(
    'ifEquals',
    choose((left, right) => left === right),
  )
  instance.registerHelper(
    'unlessEquals',
    choose((left, right) => left !== right),
  )
  return instance
}

function choose(holds: (left: unknown, right: unknown) => boolean) {
  return function (this: unknown, left: unknown, right: unknown, options: Handlebars.HelperOptions): string {
    return holds(left, right) ? options.fn(this) : options.inverse(this)
  }
}
