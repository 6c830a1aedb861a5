import { keepFound, WORDS_ONLY } from '#base/keep-found.ts'
import { baseFormsOf } from './base-forms.ts'
import { LEVEL_LIMITS, LEVELS, type Level, levelsAbove } from './levels.ts'
import { findAll, type Span } from './sentences.ts'
import { rankOf } from './word-ranks.ts'

/** A word of a text; `level` is null where it never counts as too hard: names, numbers, words of the scene. */
export type LevelledWord = Span & { word: string; level: Level | null }

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}]+)*(?:-[\p{L}\p{M}\p{N}]+(?:['’][\p{L}]+)*)*/gu
const ROMANISED_PLACE = /-(?:ro|daero|gil|dong|gu|si|gun|do|eup|myeon|ri|ga|san|cheon|yeok|sa|gung)$/i
const CONTRACTION = /(?:n['’]t|['’](?:s|re|ve|ll|d|m|all))$/

/** Words that nobody has to know from elsewhere, in small letters, as `isKnown` asks for them. */
export type Vocabulary = ReadonlySet<string>

/** The single words of authored words and phrases, with what they may be forms of. */
export const vocabularyFrom = (phrases: readonly string[]): Vocabulary =>
  new Set(phrases.flatMap((phrase) => (phrase.toLowerCase().match(WORD) ?? []).flatMap(partsOf)))

/** The words of one sentence that begins at `offset` of its text. Words in other scripts are left out. */
export function wordsOf(sentence: string, offset: number, vocabulary: Vocabulary): LevelledWord[] {
  const words: LevelledWord[] = []
  let isFirst = true
  for (const { index, 0: word } of findAll(WORD, sentence)) {
    const known = knownWord(word)
    const isName = isFirst ? known.isNameAtFirst : known.isName
    isFirst = false
    if (!known.isRead) continue
    const start = offset + index
    words.push({ word, start, end: start + word.length, level: isName ? null : levelOf(known, vocabulary) })
  }
  return words
}

/** What is true of a word wherever it stands. */
type KnownWord = {
  /** In Latin letters or with a digit. */
  isRead: boolean
  isName: boolean
  /** At the beginning of a sentence, where every word has a capital. */
  isNameAtFirst: boolean
  parts: { forms: string[]; level: Level }[]
}

const KEPT = { most: 50_000, longest: WORDS_ONLY }

const knownWord = keepFound((word): KnownWord => {
  const parts = word.toLowerCase().split('-')
  return {
    isRead: /[\p{Script=Latin}\p{N}]/u.test(word),
    isName: isName(word, false),
    isNameAtFirst: isName(word, true),
    parts: parts.filter((part) => part !== '').map(levelledPart),
  }
}, KEPT)

/** A capital inside a sentence, letters that are all capitals, a place in Latin letters, or anything with a digit. */
function isName(word: string, isFirst: boolean): boolean {
  if (/\p{N}/u.test(word) || ROMANISED_PLACE.test(word)) return true
  if (!/^\p{Lu}/u.test(word) || /^I(?:['’]|$)/.test(word)) return false
  if (!isFirst || (word.length > 1 && word === word.toUpperCase())) return true
  return partsOf(word.toLowerCase()).every((part) => rankOf(part) === undefined)
}

function levelledPart(part: string): { forms: string[]; level: Level } {
  const forms = partsOf(part)
  const rank = Math.min(...forms.map((form) => rankOf(form) ?? Number.POSITIVE_INFINITY))
  return { forms, level: LEVELS.find((level) => rank <= LEVEL_LIMITS[level].wordRank) ?? 'C2' }
}

/** That of its hardest part, those of the vocabulary left out. */
function levelOf({ parts }: KnownWord, vocabulary: Vocabulary): Level | null {
  let hardest: Level | null = null
  for (const { forms, level } of parts) {
    const isHarder = hardest === null || levelsAbove(level, hardest) > 0
    if (isHarder && !forms.some((form) => vocabulary.has(form))) hardest = level
  }
  return hardest
}

/** Without what a contraction adds, and with its base forms: "menus" is as hard as "menu". */
const partsOf = keepFound((word): string[] => {
  if (/^(?:won|can|shan)['’]t$/.test(word)) return ['can']
  if (/^o['’]clock$/.test(word)) return ['clock']
  return word.split('-').flatMap((part) => baseFormsOf(part.replace(CONTRACTION, '') || part))
}, KEPT)
