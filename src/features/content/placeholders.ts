/** `{{name}}`, with or without spaces inside. */
const PLACEHOLDER = /\{\{\s*([a-z][a-z0-9_]*)\s*\}\}/g
const OPENING = /\{\{/g

/** Why a short text cannot be filled in: braces that are no placeholder, and names that `declared` lacks. */
export function placeholderFaults(text: string, declared: readonly string[], undeclared: string): string[] {
  const nameAt = new Map(Array.from(text.matchAll(PLACEHOLDER), ({ index, 1: name = '' }) => [index, name]))
  return Array.from(text.matchAll(OPENING), ({ index }) => {
    const name = nameAt.get(index)
    if (name === undefined) {
      return `has '${text.slice(index, index + 12)}', which is no {{name}} with a snake_case name`
    }
    return declared.includes(name) ? undefined : `uses '${name}', ${undeclared}`
  }).filter((message) => message !== undefined)
}
