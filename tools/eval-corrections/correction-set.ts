import { readFileSync } from 'node:fs'
import { plainWords } from '#features/practice/plain-words.ts'

/** As `fixtures/corrections/README.md` says. */
export type Edit = { start: number; end: number; from: string; to: string }
export type RightSentence = { id: string; text: string; level: string; note: string }
export type WrongSentence = {
  id: string
  text: string
  level: string
  type: string
  edits: Edit[]
  alternatives?: Edit[][]
  severity: 'breaks_meaning' | 'error' | 'style'
}

const FOLDER = new URL('../../fixtures/corrections/', import.meta.url)

const read = <Line>(name: string): Line[] =>
  readFileSync(new URL(name, FOLDER), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

export const readRightSentences = () => read<RightSentence>('correct.jsonl')
export const readWrongSentences = () => read<WrongSentence>('wrong.jsonl')

export function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((changed, { start, end, to }) => changed.slice(0, start) + to + changed.slice(end), text)
}

/** Whether what came out is one of the sentences that the set calls right, punctuation and capitals aside. */
export function isMended({ text, edits, alternatives = [] }: WrongSentence, mended: string): boolean {
  return [edits, ...alternatives].some((each) => plainWords(applyEdits(text, each)) === plainWords(mended))
}

/** The edit as a judge would write it: whole words, with a neighbour where one is only added. */
export function asProposal(text: string, edit: Edit): { from: string; to: string } {
  const isBorder = (at: number) => at <= 0 || at >= text.length || !/[\p{L}\p{N}'’]/u.test(text[at] ?? '')
  let { start, end } = edit
  while (!(isBorder(start - 1) || start === 0)) start -= 1
  while (!isBorder(end)) end += 1
  if (text.slice(start, end).trim() === '') {
    end += 1
    while (!isBorder(end)) end += 1
  }
  const from = text.slice(start, end)
  const to = text.slice(start, edit.start) + edit.to + text.slice(edit.end, end)
  return { from: from.trim(), to: to.trim() }
}
