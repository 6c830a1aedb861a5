import type { Pronunciations } from '../speech-engine.ts'
import { readPronouncingDictionary } from './pronouncing-dictionary.ts'
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
  const dictionary = await readPronouncingDictionary()
  return (text, pronunciations) => {
    const { words, unreadable } = findWords({ dictionary, pronunciations }, text)
    const guessed = words.filter(({ source }) => source === 'letter_to_sound').map((word) => word.text)
    return { isSpeakable: words.length > 0, unreadable, guessed }
  }
}
