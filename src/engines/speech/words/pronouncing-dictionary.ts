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

/** CMU format: `word PH ON ES` a line, other ways of saying it as `word(2)` below, comments after `;;`. */
export function parseDictionary(text: string): PronouncingDictionary {
  const entries = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const border = line.indexOf(' ')
    if (border < 1 || line.startsWith(';;')) continue
    const word = withoutVariant(line.slice(0, border))
    const known = entries.get(word)
    if (known) known.push(line.slice(border + 1))
    else entries.set(word, [line.slice(border + 1)])
  }
  // Phones are split when asked for: splitting all 135,000 would triple the time and the memory.
  return { pronunciationsOf: (word) => (entries.get(word) ?? []).map((phones) => phones.trim().split(/\s+/)) }
}

const withoutVariant = (word: string) => (word.endsWith(')') ? word.replace(/\(\d+\)$/, '') : word)
