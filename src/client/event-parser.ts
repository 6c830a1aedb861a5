/** One event of a stream, or what stands for none: `retry` and comments come without `event`. */
export type Frame = {
  id: string | undefined
  event: string | undefined
  data: string
  retryMs: number | undefined
}

/** Reads `text/event-stream` as it comes in pieces (WHATWG HTML, section 9.2): any line ends, several `data` lines. */
export class EventParser {
  #rest = ''
  #lines: string[] = []
  #isFirst = true

  /** The frames that end in this piece. */
  feed(piece: string): Frame[] {
    const text = this.#rest + (this.#isFirst && piece !== '' ? piece.replace(/^\uFEFF/, '') : piece)
    this.#isFirst &&= piece === ''
    // A carriage return at the end may be half of a line end.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text
    const lines = whole.split(/\r\n|\n|\r/)
    this.#rest = (lines.pop() ?? '') + text.slice(whole.length)
    return lines.flatMap((line) => this.#endOf(line))
  }

  #endOf(line: string): Frame[] {
    if (line !== '') {
      if (!line.startsWith(':')) this.#lines.push(line)
      return []
    }
    const frame = toFrame(this.#lines)
    this.#lines = []
    return frame ? [frame] : []
  }
}

function toFrame(lines: readonly string[]): Frame | undefined {
  if (lines.length === 0) return undefined
  const fields = lines.map(toField)
  const last = (name: string) => fields.findLast((field) => field.name === name)?.value
  const retry = last('retry') ?? ''
  return {
    id: last('id'),
    event: last('event'),
    data: fields.flatMap(({ name, value }) => (name === 'data' ? [value] : [])).join('\n'),
    retryMs: /^\d+$/.test(retry) ? Number(retry) : undefined,
  }
}

function toField(line: string): { name: string; value: string } {
  const colon = line.indexOf(':')
  if (colon < 0) return { name: line, value: '' }
  const value = line.slice(colon + 1)
  return { name: line.slice(0, colon), value: value.startsWith(' ') ? value.slice(1) : value }
}
