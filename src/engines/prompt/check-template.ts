import { parseTemplate } from './parse-template.ts'
import type { Partials } from './partials.ts'
import type { JsonSchema } from './picoschema.ts'
import { innerScope, isPrintable, type Resolved, resolvePath, type Scope } from './scope.ts'
import type { TemplateFault, TemplateNode, TemplatePath, TemplateRole } from './template-node.ts'

export type TemplateCheck = {
  faults: TemplateFault[]
  /** Variables that the template uses, itself or through a partial. */
  used: ReadonlySet<string>
  hasHistory: boolean
}

export type CheckTemplateInput = {
  /** JSON Schema of the variables. */
  schema: JsonSchema
  /** Variables that learners, or models that answer them, have a hand in. */
  untrusted?: readonly string[]
  partials?: Partials
}

/** How deep partials may include each other; a cycle is a fault of its own. */
const MAX_DEPTH = 10

/** Everything that keeps a template from being filled in, or that would let a learner speak as somebody else. */
export function checkTemplate(source: string, input: CheckTemplateInput): TemplateCheck {
  const { schema, untrusted = [], partials = new Map() } = input
  const { nodes, faults } = parseTemplate(source)
  const checker: Checker = { untrusted, partials, faults: [...faults], used: new Set(), hasHistory: false }
  const place: Place = {
    scope: { schema, variable: undefined, outer: undefined },
    role: undefined,
    isNested: false,
    isAfterHistory: false,
    via: undefined,
    depth: 0,
  }
  // Where the parser gave up, nothing is known of the rest.
  if (nodes.length > 0 || faults.length === 0) checkNodes(nodes, place, checker)
  return { faults: checker.faults, used: checker.used, hasHistory: checker.hasHistory }
}

type Checker = {
  untrusted: readonly string[]
  partials: Partials
  faults: TemplateFault[]
  used: Set<string>
  hasHistory: boolean
}

type Place = {
  scope: Scope
  role: TemplateRole | undefined
  isNested: boolean
  isAfterHistory: boolean
  /** The partial that is being read, and where the template includes it. */
  via: { name: string; offset: number } | undefined
  depth: number
}

function checkNodes(nodes: readonly TemplateNode[], start: Place, checker: Checker): void {
  let place = start
  for (const node of nodes) {
    if (node.kind === 'role' || node.kind === 'history') place = turnTo(node, place, checker)
    else {
      if (isSaid(node)) place = requireRole(node, place, checker)
      checkNode(node, place, checker)
    }
  }
}

const isSaid = (node: TemplateNode) => node.kind !== 'comment' && !(node.kind === 'text' && node.isBlank)

type Turn = Extract<TemplateNode, { kind: 'role' | 'history' }>

/** A role begins a message and the history is messages: neither can stand inside of something. */
function turnTo(node: Turn, place: Place, checker: Checker): Place {
  const name = node.kind === 'role' ? `{{role "${node.role}"}}` : '{{history}}'
  if (place.isNested) report(checker, place, node.start, `${name} must stand outside of blocks and partials`)
  if (node.kind === 'role') return { ...place, role: node.role, isAfterHistory: false }
  if (checker.hasHistory) report(checker, place, node.start, '{{history}} is given twice')
  checker.hasHistory = true
  return { ...place, isAfterHistory: true }
}

/** Told once, and then taken for what was meant. */
function requireRole(node: TemplateNode, place: Place, checker: Checker): Place {
  if (place.isNested) return place
  if (place.isAfterHistory) {
    report(checker, place, node.start, 'stands after {{history}} without a {{role}} of its own')
  } else if (place.role === undefined) {
    report(checker, place, node.start, 'stands before the first role: begin with {{role "system"}}')
  }
  return { ...place, role: place.role ?? 'system', isAfterHistory: false }
}

function checkNode(node: TemplateNode, place: Place, checker: Checker): void {
  if (node.kind === 'print') checkPrint(node, place, checker)
  else if (node.kind === 'block') checkBlock(node, place, checker)
  else if (node.kind === 'partial') checkPartial(node, place, checker)
}

function checkPrint(
  { path, isQuoted, start }: Extract<TemplateNode, { kind: 'print' }>,
  place: Place,
  checker: Checker,
): void {
  const resolved = resolve({ ...path, start }, place, checker)
  if (!resolved) return
  if (!isQuoted && !isPrintable(resolved.schema)) {
    report(checker, place, start, `'${path.text}' is no text: use {{json ${path.text}}} or {{#each}}`)
  }
  if (resolved.variable === undefined || !checker.untrusted.includes(resolved.variable)) return
  const whose = `'${path.text}' holds what a learner may have written`
  if (place.role !== 'user') {
    report(checker, place, start, `${whose}: it may stand only after {{role "user"}}`)
  }
  if (!isQuoted) {
    report(checker, place, start, `${whose}: quote it, as {{json ${path.text}}}, so that it stays data`)
  }
}

function checkBlock(
  { helper, params, body, otherwise }: Extract<TemplateNode, { kind: 'block' }>,
  place: Place,
  checker: Checker,
): void {
  const [first] = params.map((path) => resolve(path, place, checker))
  const nested = { ...place, isNested: true }
  const scope = helper === 'each' ? innerScope(first ?? UNKNOWN, place.scope) : place.scope
  checkNodes(body, { ...nested, scope }, checker)
  checkNodes(otherwise, nested, checker)
}

const UNKNOWN: Resolved = { schema: undefined, variable: 'unknown' }

function checkPartial(
  { name, start }: Extract<TemplateNode, { kind: 'partial' }>,
  place: Place,
  checker: Checker,
): void {
  const source = checker.partials.get(name)
  // That there is none, or that it includes itself, is found where partials are.
  if (source === undefined || place.depth >= MAX_DEPTH) return
  const via = place.via ?? { name, offset: start }
  checkNodes(parseTemplate(source).nodes, { ...place, isNested: true, via, depth: place.depth + 1 }, checker)
}

function resolve(path: TemplatePath, place: Place, checker: Checker): Resolved | undefined {
  const resolved = resolvePath(path, place.scope)
  if (!resolved)
    report(checker, place, path.start, `uses '${path.text}', which input.schema does not declare`)
  else if (resolved.variable !== undefined) checker.used.add(resolved.variable)
  return resolved
}

function report(checker: Checker, { via }: Place, offset: number, message: string): void {
  checker.faults.push(
    via ? { offset: via.offset, message: `in partial '${via.name}': ${message}` } : { offset, message },
  )
}
