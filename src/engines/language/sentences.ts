/** A piece of a text: `text.slice(start, end)`. */
export type Span = { start: number; end: number }

const SENTENCE_END = /[.!?…]+["'”’)\]]*(?=\s|$)|\n+/g
/** A point after these ends no sentence. */
const ABBREVIATION = /(?:^|[\s("'])(?:mr|mrs|ms|dr|st|no|vs|etc|e\.g|i\.e|[ap]\.m|[a-z])\.$/i

/** As `matchAll`, which copies the expression for every text. `pattern` is global and never matches nothing. */
export function findAll(pattern: RegExp, text: string): RegExpExecArray[] {
  const found: RegExpExecArray[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) found.push(match)
  return found
}

/** The sentences of a text, in order, without the blanks between them. */
export function sentencesOf(text: string): Span[] {
  const sentences: Span[] = []
  let from = 0
  for (const { index, 0: mark } of findAll(SENTENCE_END, text)) {
    const end = index + mark.length
    if (mark === '.' && isAbbreviation(text, from, end)) continue
    addTrimmed(sentences, text, { start: from, end })
    from = end
  }
  addTrimmed(sentences, text, { start: from, end: text.length })
  return sentences
}

/** Where the first sentence ends, with the blanks that show that it is whole; 0 while it is not. */
export function endOfFirstSentence(text: string): number {
  for (const { index, 0: mark } of findAll(SENTENCE_END, text)) {
    const end = index + mark.length
    if (mark === '.' && isAbbreviation(text, 0, end)) continue
    const blanks = /^\s+/.exec(text.slice(end))?.[0].length ?? 0
    if (blanks > 0 || mark.includes('\n')) return end + blanks
  }
  return 0
}

/** "I." ends a sentence rarely, "5 p.m." sometimes: then two are taken for one, which only delays. */
const isAbbreviation = (text: string, from: number, end: number) => ABBREVIATION.test(text.slice(from, end))

function addTrimmed(sentences: Span[], text: string, { start, end }: Span): void {
  const piece = text.slice(start, end)
  const first = start + (piece.length - piece.trimStart().length)
  const last = start + piece.trimEnd().length
  if (/[\p{L}\p{N}]/u.test(piece)) sentences.push({ start: first, end: last })
}
