export const LEVELS = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2'] as const

/** Of the Common European Framework. */
export type Level = (typeof LEVELS)[number]

export const LEVEL_MEASURE_VERSION = 'level-1'

/**
 * Words of a sentence at most, and the rank (in forms, by how often films and series say them) up to which a word
 * belongs to the level. Both are our own estimate, published in docs/practice.md: no list of words by level is open.
 */
export const LEVEL_LIMITS: Readonly<Record<Level, { sentenceWords: number; wordRank: number }>> = {
  A1: { sentenceWords: 12, wordRank: 2_000 },
  A2: { sentenceWords: 16, wordRank: 5_000 },
  B1: { sentenceWords: 22, wordRank: 9_000 },
  B2: { sentenceWords: 30, wordRank: 16_000 },
  C1: { sentenceWords: 40, wordRank: 30_000 },
  C2: { sentenceWords: Number.POSITIVE_INFINITY, wordRank: Number.POSITIVE_INFINITY },
}

/** What the three difficulties of situations mean where nobody said the learner's level. */
const LEVEL_OF_DIFFICULTY: Readonly<Record<string, Level>> = {
  beginner: 'A2',
  intermediate: 'B1',
  advanced: 'C1',
}

export const levelOfDifficulty = (difficulty: string): Level | null => LEVEL_OF_DIFFICULTY[difficulty] ?? null

/** The difficulty in which a partner should speak to somebody of that level. */
export function difficultyOfLevel(level: Level): string {
  if (level === 'A1' || level === 'A2') return 'beginner'
  return level === 'B1' || level === 'B2' ? 'intermediate' : 'advanced'
}

/** How many levels the first is above the second; zero or less when it is not. */
export const levelsAbove = (level: Level, other: Level) => LEVELS.indexOf(level) - LEVELS.indexOf(other)

export const isLevel = (text: unknown): text is Level => LEVELS.some((level) => level === text)
