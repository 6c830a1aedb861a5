/** `{{name}}`, with or without spaces inside. Anything else between braces is refused by `templateFaults`. */
const PLACEHOLDER = /\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g
const OPENING = /\{\{/g

/** `offset` counts UTF-16 units from the start of the template. */
export type TemplateFault = { offset: number; message: string }

/** Names in the order of their first use. */
export function variablesOf(template: string): string[] {
  return [...new Set(Array.from(template.matchAll(PLACEHOLDER), ([, name = '']) => name))]
}

/** What cannot be filled in: blocks, partials, unclosed braces, and variables that `declared` lacks. */
export function templateFaults(
  template: string,
  declared: readonly string[],
  undeclared = 'which input.schema does not declare',
): TemplateFault[] {
  const nameAt = new Map(
    Array.from(template.matchAll(PLACEHOLDER), ({ index, 1: name = '' }) => [index, name]),
  )
  return Array.from(template.matchAll(OPENING), ({ index: offset }) => {
    const name = nameAt.get(offset)
    if (name === undefined) return { offset, message: bracesMessage(template.slice(offset, offset + 20)) }
    const message = `uses '${name}', ${undeclared}`
    return declared.includes(name) ? undefined : { offset, message }
  }).filter((fault) => fault !== undefined)
}

/** Fills every placeholder. Values go in as they are: braces inside a value stay text. */
export function fillTemplate(template: string, valueOfName: (name: string) => string): string {
  return template.replace(PLACEHOLDER, (_placeholder, name: string) => valueOfName(name))
}

function bracesMessage(snippet: string): string {
  const [shown = ''] = snippet.split(/[\s}]/, 1)
  if (/^\{\{[{#>/^&!~]/.test(snippet)) {
    return `has '${shown}': blocks, partials, comments and triple braces are not supported, only {{name}}`
  }
  return `has '${shown}', which is no {{name}} with a snake_case name`
}
