import type { Pronunciations } from '../speech-engine.ts'
import { type AuthoredWords, authoredWords } from './authored-words.ts'
import { readPronouncingDictionary } from './pronouncing-dictionary.ts'
import { findWordsBy } from './read-words.ts'
import { type WordReader, wordReader } from './word-reader.ts'

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
  const usual = keepingWords(wordReader(dictionary, authoredWords({})))
  const scenes = new WeakMap<Pronunciations, { authored: AuthoredWords; read: WordReader }>()
  const sceneOf = (pronunciations: Pronunciations) => {
    const authored = authoredWords(pronunciations)
    const special = wordReader(dictionary, authored)
    const read: WordReader = (written) => (mayHave(authored, written) ? special(written) : usual(written))
    return { authored, read }
  }
  return (text, pronunciations) => {
    const scene = scenes.get(pronunciations) ?? sceneOf(pronunciations)
    scenes.set(pronunciations, scene)
    const { words, unreadable } = findWordsBy(scene, text)
    const guessed = words.filter(({ source }) => source === 'letter_to_sound').map((word) => word.text)
    return { isSpeakable: words.length > 0, unreadable, guessed }
  }
}

/** A thousand files have some thousand different words, each of them hundreds of times. */
function keepingWords(read: WordReader): WordReader {
  const kept = new Map<string, ReturnType<WordReader>>()
  return (written) => {
    const known = kept.get(written)
    if (known) return known
    const reading = read(written)
    kept.set(written, reading)
    return reading
  }
}

/** Whether the word or a part of it may have a pronunciation of the author's. Small letters of others may be longer. */
function mayHave({ ways }: AuthoredWords, written: string): boolean {
  if (ways.size === 0) return false
  const small = written.toLowerCase()
  if (small.length !== written.length) return true
  for (const key of ways.keys()) if (small.includes(key)) return true
  return false
}
