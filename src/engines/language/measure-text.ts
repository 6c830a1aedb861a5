import { LEVEL_LIMITS, LEVEL_MEASURE_VERSION, LEVELS, type Level, levelsAbove } from './levels.ts'
import { sentencesOf } from './sentences.ts'
import { type Structure, structuresOf } from './structures.ts'
import { type LevelledWord, type Vocabulary, wordsOf } from './words.ts'

export type HardWord = { word: string; level: Level; start: number; end: number }

export type LevelMeasure = {
  basis: 'heuristic'
  version: string
  /** The lowest level whose limits every sentence keeps. */
  level: Level
  /** What it was measured against; null where nobody knows the learner's level. */
  target: Level | null
  isWithin: boolean | null
  wordCount: number
  meanSentenceWords: number
  longestSentenceWords: number
  wordsBeyondLevel: HardWord[]
  structures: Structure[]
}

export type MeasureInput = { text: string; target: Level | null; vocabulary: Vocabulary }

type Sentence = { words: LevelledWord[]; structures: Structure[] }

/**
 * A sentence keeps the limits of a level when it is no longer than the level allows, when nothing in it is two levels
 * above, and at most one word or structure is one level above: what is a little new is how people learn.
 */
export function measureText({ text, target, vocabulary }: MeasureInput): LevelMeasure {
  const sentences = readSentences(text, vocabulary)
  const lengths = sentences.map(({ words }) => words.length)
  const wordCount = lengths.reduce((sum, length) => sum + length, 0)
  return {
    basis: 'heuristic',
    version: LEVEL_MEASURE_VERSION,
    level: LEVELS.find((level) => excessOf(sentences, level) === 0) ?? 'C2',
    target,
    isWithin: target && excessOf(sentences, target) === 0,
    wordCount,
    meanSentenceWords: lengths.length === 0 ? 0 : Math.round((wordCount / lengths.length) * 10) / 10,
    longestSentenceWords: Math.max(0, ...lengths),
    wordsBeyondLevel: target ? sentences.flatMap(({ words }) => beyond(words, target)) : [],
    structures: sentences.flatMap(({ structures }) => structures),
  }
}

/** How far a text is beyond a level; 0 when every sentence keeps its limits. Of two texts, the lower is the easier. */
export const excessBeyond = ({ text, target, vocabulary }: MeasureInput & { target: Level }): number =>
  excessOf(readSentences(text, vocabulary), target)

const readSentences = (text: string, vocabulary: Vocabulary): Sentence[] =>
  sentencesOf(text).map(({ start, end }) => {
    const sentence = text.slice(start, end)
    return { words: wordsOf(sentence, start, vocabulary), structures: structuresOf(sentence, start) }
  })

const excessOf = (sentences: readonly Sentence[], level: Level) =>
  sentences.reduce((sum, sentence) => sum + excessOfSentence(sentence, level), 0)

const POINTS_FOR_TWO_LEVELS = 3

function excessOfSentence({ words, structures }: Sentence, target: Level): number {
  const tooLong = Math.max(0, words.length - LEVEL_LIMITS[target].sentenceWords)
  let far = 0
  let near = 0
  for (const { level } of [...words, ...structures]) {
    const steps = level ? levelsAbove(level, target) : 0
    if (steps >= 2) far += 1
    else if (steps === 1) near += 1
  }
  if (tooLong === 0 && far === 0 && near <= 1) return 0
  return tooLong + near + POINTS_FOR_TWO_LEVELS * far
}

const beyond = (words: readonly LevelledWord[], target: Level): HardWord[] =>
  words.flatMap(({ level, ...word }) => (level && levelsAbove(level, target) > 0 ? [{ ...word, level }] : []))
