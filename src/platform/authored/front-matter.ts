const OPENING = '---\n'
const CLOSING = /^---[ \t]*$/m

/** Offsets in UTF-16 units; `end` is the first one after the span. */
export type Span = { start: number; end: number }

export type FrontMatter = { yaml: Span; body: string; bodyStart: number }

/** Where the parts of a Markdown file with front matter are, or what keeps it from having any. */
export function splitFrontMatter(text: string): FrontMatter | string {
  if (!text.startsWith(OPENING)) return 'must begin with front matter: YAML between two lines of ---'
  const start = OPENING.length
  const closing = CLOSING.exec(text.slice(start))
  if (!closing) return 'has front matter without an end: close it with a line of ---'

  const end = start + closing.index
  const afterClosing = end + closing[0].length
  const body = text.slice(afterClosing).trim()
  return { yaml: { start, end }, body, bodyStart: body ? text.indexOf(body, afterClosing) : afterClosing }
}
