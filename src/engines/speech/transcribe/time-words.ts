import { compareWords, plainWord } from '#base/word-edits.ts'
import type { TranscribedWord } from './transcriber.ts'

export type AlignedWord = { text: string; startMs: number | null; endMs: number | null }

/** The words of a transcript with the times that the aligner found; a word that it was not given keeps none. */
export function timeWords(
  words: readonly TranscribedWord[],
  aligned: readonly AlignedWord[],
): TranscribedWord[] {
  const { pairs } = compareWords(
    words.map(({ text }) => text),
    aligned.map(({ text }) => text),
  )
  const partners = new Map(pairs.map(({ left, right }) => [left, right]))
  return words.map((word, index) => {
    const partner = aligned[partners.get(index) ?? -1]
    const isSame = partner && plainWord(partner.text) === plainWord(word.text)
    return isSame ? { ...word, startMs: partner.startMs, endMs: partner.endMs } : word
  })
}
