import { readFile } from 'node:fs/promises'
import { dictionaryPath } from '../dictionary.ts'

export type PronouncingDictionary = {
  /** Every way the word (small letters) is said, most usual first; empty when it is not known. */
  pronunciationsOf(word: string): string[][]
}

/** Reads the dictionary of the installed speech package (about 0.1 s); keep what it returns. */
export async function readPronouncingDictionary(): Promise<PronouncingDictionary> {
  return parseDictionary(await readFile(dictionaryPath(), 'utf8'))
}

/**
 * CMU format: `word PH ON ES` a line, other ways of saying it as `word(2)` right below, comments after `;;`.
 * Only the places of the words are kept beside the text: lists of phones for all 126,000 would take 40 MB a thread.
 */
export function parseDictionary(text: string): PronouncingDictionary {
  const places = new Map<string, number>()
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = lineEnd(text, start)
    const word = wordAt(text, start, end)
    if (word && !places.has(word)) places.set(word, start)
  }

  return {
    pronunciationsOf(word) {
      const ways: string[][] = []
      for (let start = places.get(word) ?? text.length, end = 0; start < text.length; start = end + 1) {
        end = lineEnd(text, start)
        if (wordAt(text, start, end) !== word) break
        ways.push(text.slice(text.indexOf(' ', start), end).trim().split(/\s+/))
      }
      return ways
    },
  }
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
