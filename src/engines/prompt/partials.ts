import { parseTemplate } from './parse-template.ts'
import type { TemplateFault, TemplateNode } from './template-node.ts'

/** Partial name → its template. */
export type Partials = ReadonlyMap<string, string>

/** Partials that the template includes itself, with the place of each. */
export function includedPartials(source: string): { name: string; offset: number }[] {
  return partialsIn(parseTemplate(source).nodes).map(({ name, start }) => ({ name, offset: start }))
}

/** What is wrong with the partials that a template names; `self` is its own name where it is a partial. */
export function partialFaults(source: string, partials: Partials, self?: string): TemplateFault[] {
  return includedPartials(source).flatMap(({ name, offset }) => {
    if (!partials.has(name)) return [{ offset, message: `includes '${name}', which is no partial` }]
    const cycle = self === undefined ? undefined : findCycle(name, self, partials)
    return cycle ? [{ offset, message: `includes itself: ${[self, ...cycle].join(' → ')}` }] : []
  })
}

/**
 * The template with the text of its partials in their places, so that it stands alone. Takes partials without cycles
 * and without faults.
 */
export function withPartials(source: string, partials: Partials): string {
  const included = partialsIn(parseTemplate(source).nodes).toReversed()
  return included.reduce((text, { name, start, end }) => {
    const partial = withPartials(partials.get(name) ?? '', partials).trim()
    return text.slice(0, start) + partial + text.slice(end)
  }, source)
}

/** The way from the partial `from` to the partial `to`, both named. */
function findCycle(
  from: string,
  to: string,
  partials: Partials,
  seen: readonly string[] = [],
): string[] | undefined {
  if (from === to) return [to]
  if (seen.includes(from)) return undefined
  for (const { name } of includedPartials(partials.get(from) ?? '')) {
    const rest = findCycle(name, to, partials, [...seen, from])
    if (rest) return [from, ...rest]
  }
  return undefined
}

type Partial = Extract<TemplateNode, { kind: 'partial' }>

/** In the order of the template. */
function partialsIn(nodes: readonly TemplateNode[]): Partial[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'partial') return [node]
    return node.kind === 'block' ? [...partialsIn(node.body), ...partialsIn(node.otherwise)] : []
  })
}
