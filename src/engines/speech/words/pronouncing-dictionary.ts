import { readFile } from 'node:fs/promises'
import { dictionaryPath } from '../dictionary.ts'

export type PronouncingDictionary = {
  /** Every way the word (small letters) is said, most usual first; empty when it is not known. */
  pronunciationsOf(word: string): string[][]
}

/** Reads the dictionary of the installed speech package (some 0.03 s); keep what it returns. */
export async function readPronouncingDictionary(): Promise<PronouncingDictionary> {
  return parseDictionary(await readFile(dictionaryPath(), 'utf8'))
}

/**
 * CMU format: `word PH ON ES` a line, other ways of saying it as `word(2)` right below, comments after `;;`.
 * Only the places where lines begin to start otherwise are kept beside the text: a list of all 126,000 words would take
 * longer than all look-ups of a thousand authored files, and 10 MB a thread.
 */
export function parseDictionary(text: string): PronouncingDictionary {
  const runs = runsOf(text)
  return {
    pronunciationsOf(word) {
      const ways: string[][] = []
      for (let start = startOf(text, word, runs), end = 0; start < text.length; start = end + 1) {
        end = lineEnd(text, start)
        if (wordAt(text, start, end) !== word) break
        ways.push(text.slice(text.indexOf(' ', start), end).trim().split(/\s+/))
      }
      return ways
    },
  }
}

/** So many characters put some fifty lines into a run. */
const HEAD_LENGTH = 3

/** The first characters of lines → where each run of lines begins that start so. Runs of one head need not be neighbours. */
function runsOf(text: string): ReadonlyMap<string, number[]> {
  const runs = new Map<string, number[]>()
  let head = '\n'
  for (let start = 0; start < text.length; start = lineEnd(text, start) + 1) {
    if (text.startsWith(head, start)) continue
    head = headOf(text.slice(start, start + HEAD_LENGTH))
    runs.set(head, [...(runs.get(head) ?? []), start])
  }
  return runs
}

/** Up to the first blank. */
const headOf = (begin: string) => begin.slice(0, begin.indexOf(' ') + 1 || HEAD_LENGTH)

/** Where the first line of the word begins; the end of the text when there is none. */
function startOf(text: string, word: string, runs: ReadonlyMap<string, number[]>): number {
  const head = headOf(`${word} `.slice(0, HEAD_LENGTH))
  for (const run of runs.get(head) ?? []) {
    for (let start = run; text.startsWith(head, start); start = lineEnd(text, start) + 1) {
      if (text.startsWith(word, start) && wordAt(text, start, lineEnd(text, start)) === word) return start
    }
  }
  return text.length
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end < 0 ? text.length : end
}

/** The word of a line without the number of its variant; `undefined` for a comment or an empty line. */
function wordAt(text: string, start: number, end: number): string | undefined {
  const border = text.indexOf(' ', start)
  if (border <= start || border > end || text.startsWith(';;', start)) return undefined
  const word = text.slice(start, border)
  return word.endsWith(')') ? word.replace(/\(\d+\)$/, '') : word
}
