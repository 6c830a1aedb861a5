import { readDictionary } from './dictionary.ts'
import { badPronunciation, textNotSpeakable, textTooLong } from './errors.ts'
import { numberWords } from './number-words.ts'
import { isPhone } from './phones.ts'
import type { Pronunciations } from './speech-engine.ts'

/** What the decoder knows, and how to teach it a word for good. */
export type Dictionary = {
  pronunciationOf(word: string): string | undefined
  addWord(word: string, pronunciation: string): void
}

type Context = { dictionary: Dictionary; pronunciations: Pronunciations }

export type ReferenceWord = {
  /** As written, without the punctuation around it. */
  text: string
  /** Entries of the dictionary to be spoken in this order; empty when one of them is not known. */
  entries: string[]
}

const MAX_WORDS = 400

export type Lexicon = {
  /** The words of a text, as written, that neither the dictionary nor the given pronunciations know. */
  unknownWords(text: string, pronunciations: Pronunciations): string[]
}

/** Reads the dictionary (about 0.1 s), for checking texts before anybody speaks them. */
export async function createLexicon(): Promise<Lexicon> {
  const entries = await readDictionary()
  const dictionary: Dictionary = {
    pronunciationOf: (word) => entries.get(word),
    addWord: (word, pronunciation) => void entries.set(word, pronunciation),
  }
  return {
    unknownWords(text, pronunciations) {
      const words = findWords({ dictionary, pronunciations }, text)
      // A text without any word is as unknown as its only "word".
      if (words.length === 0) return [text]
      return words.filter((word) => word.entries.length === 0).map((word) => word.text)
    },
  }
}

/** The words of a text and how each is said; nothing is refused, and no word is an empty list. */
export function findWords(context: Context, text: string): ReferenceWord[] {
  return lookUpWords(context, tokensOf(text))
}

/** The same for a text that is to be scored. Throws `text.not_speakable` when the dictionary knows none of them. */
export function readText(context: Context, text: string): ReferenceWord[] {
  const words = lookUpWords(context, splitWords(text))
  if (!words.some(({ entries }) => entries.length > 0)) throw textNotSpeakable()
  return words
}

/** Words as written, without the punctuation around them. Throws when nothing is left or the text is too long. */
export function splitWords(text: string): string[] {
  const words = tokensOf(text)
  if (words.length === 0) throw textNotSpeakable()
  if (words.length > MAX_WORDS) throw textTooLong(MAX_WORDS)
  return words
}

function tokensOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .replace(/[‘’ʼ´`]/g, "'")
    .split(/[\s—–]+|\.{2,}|…|(?<=\p{L})[,;:!?/](?=\p{L})/u)
    .map((token) => token.replace(/^[^\p{L}\p{N}'$]+|[^\p{L}\p{N}'%]+$/gu, ''))
    .filter((token) => /[\p{L}\p{N}]/u.test(token))
}

function lookUpWords({ dictionary, pronunciations }: Context, tokens: readonly string[]): ReferenceWord[] {
  const known = addPronunciations(dictionary, pronunciations)
  return tokens.map((word) => ({
    text: word,
    entries: entriesOf(word, (entry) => known.get(entry) ?? inDictionary(dictionary, entry)),
  }))
}

type Lookup = (entry: string) => string | undefined

function entriesOf(word: string, lookUp: Lookup): string[] {
  const lower = word.toLowerCase()
  const bare = lower.replace(/^'+|'+$/g, '')
  const whole = lookUp(lower) ?? lookUp(bare)
  if (whole) return [whole]
  const parts = numberWords(bare) ?? bare.split('-').filter(Boolean)
  const entries = parts.map(lookUp)
  return entries.every((entry) => entry !== undefined) ? entries : []
}

/** Only plain letters and apostrophes go into a grammar; the dictionary has entries such as "a(2)" and "(paren". */
function inDictionary(dictionary: Dictionary, entry: string): string | undefined {
  return /^[a-z][a-z']*$|^'[a-z]+$/.test(entry) && dictionary.pronunciationOf(entry) ? entry : undefined
}

/** Teaches the decoder one entry per pronunciation, named after it, so that equal ones are added once. */
function addPronunciations(dictionary: Dictionary, pronunciations: Pronunciations): Map<string, string> {
  const entries = new Map<string, string>()
  for (const [word, pronunciation] of Object.entries(pronunciations)) {
    const phones = pronunciation
      .trim()
      .split(/\s+/)
      .map((symbol) => symbol.toUpperCase().replace(/[0-2]$/, ''))
    const wrong = phones.find((phone) => !isPhone(phone))
    if (wrong !== undefined) throw badPronunciation(word, wrong)
    const entry = `said_${phones.join('_').toLowerCase()}`
    if (!dictionary.pronunciationOf(entry)) dictionary.addWord(entry, phones.join(' '))
    entries.set(word.toLowerCase(), entry)
  }
  return entries
}
