import { textNotSpeakable, textTooLong } from '../errors.ts'
import type { Pronunciations } from '../speech-engine.ts'
import { type AuthoredWords, authoredWords } from './authored-words.ts'
import type { PronouncingDictionary } from './pronouncing-dictionary.ts'
import { MAX_TOKEN_LENGTH, tokensOf } from './tokens.ts'
import { type Reading, type WordReader, wordReader } from './word-reader.ts'

export type { WordSource } from './word-reader.ts'

export type SpokenWord = Reading & {
  /** As written, without the punctuation around it. "7:30" is one word, and so is a pronunciation of two words. */
  text: string
}

export type ReadingContext = { dictionary: PronouncingDictionary; pronunciations: Pronunciations }

export type FoundWords = {
  words: SpokenWord[]
  /** Pieces that nothing here can say: other scripts than Latin and Hangul, web addresses. */
  unreadable: string[]
}

const MAX_WORDS = 400

/**
 * The words of a text that is to be scored, each with how it is said. Pieces that cannot be said are left out; throws
 * `text.not_speakable` when nothing else is there, `text.too_long`, `text.bad_pronunciation`.
 */
export function readWords(context: ReadingContext, text: string): SpokenWord[] {
  const { words } = findWords(context, text)
  if (words.length === 0) throw textNotSpeakable()
  if (words.length > MAX_WORDS) throw textTooLong(MAX_WORDS)
  return words
}

/** What can be said of a text without a dictionary: throws `text.not_speakable` for one without words, `text.too_long`. */
export function refuseUnreadable(text: string): void {
  const count = tokensOf(text).length
  if (count === 0) throw textNotSpeakable()
  if (count > MAX_WORDS) throw textTooLong(MAX_WORDS)
}

/** The same without refusing a text for what it holds; only a bad pronunciation throws. */
export function findWords({ dictionary, pronunciations }: ReadingContext, text: string): FoundWords {
  const authored = authoredWords(pronunciations)
  return findWordsBy({ authored, read: wordReader(dictionary, authored) }, text)
}

/** For many texts with the same pronunciations: `read` is how a word is said that `authored` may have. */
export function findWordsBy(
  { authored, read }: { authored: AuthoredWords; read: WordReader },
  text: string,
): FoundWords {
  const found: FoundWords = { words: [], unreadable: [] }
  const tokens = tokensOf(text)
  // A book pasted by mistake is not read to its end only to be refused.
  const considered = tokens.slice(0, 2 * MAX_WORDS)
  for (let index = 0; index < considered.length; ) {
    const length = authoredLength(authored, considered, index)
    const written =
      length === 1 ? (considered[index] ?? '') : considered.slice(index, index + length).join(' ')
    const reading = written.length > MAX_TOKEN_LENGTH ? undefined : read(written)
    if (reading) found.words.push({ text: written, ...reading })
    else found.unreadable.push(written)
    index += length
  }
  return found
}

/** How many tokens the longest authored pronunciation takes that begins here; 1 when there is none. */
function authoredLength({ ways, longestWords }: AuthoredWords, tokens: readonly string[], start: number) {
  for (let length = longestWords; length > 1; length--) {
    const key = tokens
      .slice(start, start + length)
      .join(' ')
      .toLowerCase()
    if (start + length <= tokens.length && ways.has(key)) return length
  }
  return 1
}
