import type { Pronunciations } from '../speech-engine.ts'
import { type PronouncingDictionary, readPronouncingDictionary } from './pronouncing-dictionary.ts'
import { findWords } from './read-words.ts'

export type TextCheck = {
  /** Whether anything in the text can be said, and so scored. */
  isSpeakable: boolean
  /** Pieces that would be left out. */
  unreadable: string[]
  /** Words whose pronunciation is a guess from their letters. */
  guessed: string[]
}

/** Reads the dictionary (about 0.1 s), for checking texts before anybody speaks them. */
export async function createTextCheck(): Promise<(text: string, words: Pronunciations) => TextCheck> {
  const dictionary = keepingWords(await readPronouncingDictionary())
  return (text, pronunciations) => {
    const { words, unreadable } = findWords({ dictionary, pronunciations }, text)
    const guessed = words.filter(({ source }) => source === 'letter_to_sound').map((word) => word.text)
    return { isSpeakable: words.length > 0, unreadable, guessed }
  }
}

/** A thousand files have some thousand different words, each of them hundreds of times. */
function keepingWords(dictionary: PronouncingDictionary): PronouncingDictionary {
  const kept = new Map<string, string[][]>()
  return {
    pronunciationsOf(word) {
      const ways = kept.get(word) ?? dictionary.pronunciationsOf(word)
      kept.set(word, ways)
      return ways
    },
  }
}
