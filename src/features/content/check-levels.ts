import { familiarWordsOf } from '#engines/language/familiar-words.ts'
import { LEVEL_LIMITS, type Level, levelOfDifficulty, levelsAbove } from '#engines/language/levels.ts'
import { excessBeyond, measureText } from '#engines/language/measure-text.ts'
import { type Vocabulary, vocabularyFrom } from '#engines/language/words.ts'
import type { AuthoredFault, KeyPath } from '#platform/authored/fault.ts'
import type { AuthoredSituation } from './content-catalogue.ts'
import type { VariationFile } from './situation-file.ts'

/** Authored lines that are too hard for learners of the situation's difficulty. Worth a look, and no fault. */
export function checkLevels(situations: readonly AuthoredSituation[]): AuthoredFault[] {
  return situations.flatMap(({ value: { difficulty_level }, variations }) => {
    const target = levelOfDifficulty(difficulty_level)
    if (!target) return []
    return variations.flatMap(({ value, faultAt }) => {
      const vocabulary = vocabularyFrom(familiarWordsOf(value))
      return englishLines(value)
        .filter(({ text }) => excessBeyond({ text, target, vocabulary }) > 0)
        .map(({ path, text }) => faultAt(path, describe({ text, target, vocabulary })))
    })
  })
}

function englishLines(variation: VariationFile): { path: KeyPath; text: string }[] {
  const { opener, closing, fallbacks, hint_levels, ideal_responses, acceptable_responses } = variation
  const responses = { ideal_responses, acceptable_responses }
  return [
    { path: ['opener'], text: opener },
    ...Object.entries(responses).flatMap(([list, entries]) =>
      entries.flatMap(({ text, reply }, index) => [
        { path: [list, index, 'text'], text },
        { path: [list, index, 'reply'], text: reply },
      ]),
    ),
    ...hint_levels.map(({ text }, index) => ({ path: ['hint_levels', index, 'text', 'en'], text: text.en })),
    { path: ['closing'], text: closing },
    ...fallbacks.map((text, index) => ({ path: ['fallbacks', index], text })),
  ]
}

type Line = { text: string; target: Level; vocabulary: Vocabulary }

function describe({ text, target, vocabulary }: Line): string {
  const { wordsBeyondLevel, structures, longestSentenceWords } = measureText({ text, target, vocabulary })
  const hard = [
    ...wordsBeyondLevel.map(({ word, level }) => `'${word}' (${level})`),
    ...structures
      .filter(({ level }) => levelsAbove(level, target) > 0)
      .map(({ name, level }) => `${name} (${level})`),
  ]
  const most = LEVEL_LIMITS[target].sentenceWords
  if (longestSentenceWords > most) hard.push(`a sentence of ${longestSentenceWords} words (${most} at most)`)
  return `is above ${target}: ${[...new Set(hard)].join(', ')}; say it more simply, or give the words under vocabulary`
}
