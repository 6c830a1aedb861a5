import { baseFormsOf } from './base-forms.ts'
import { LEVEL_LIMITS, LEVELS, type Level } from './levels.ts'
import type { Span } from './sentences.ts'
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
  return Array.from(sentence.matchAll(WORD))
    .map(({ index, 0: word }, place) => ({ word, index, isFirst: place === 0 }))
    .filter(({ word }) => /[\p{Script=Latin}\p{N}]/u.test(word))
    .map(({ word, index, isFirst }) => ({
      word,
      start: offset + index,
      end: offset + index + word.length,
      level: isName(word, isFirst) ? null : levelOfWord(word.toLowerCase(), vocabulary),
    }))
}

/** A capital inside a sentence, letters that are all capitals, a place in Latin letters, or anything with a digit. */
function isName(word: string, isFirst: boolean): boolean {
  if (/\p{N}/u.test(word) || ROMANISED_PLACE.test(word)) return true
  if (!/^\p{Lu}/u.test(word) || /^I(?:['’]|$)/.test(word)) return false
  if (!isFirst || (word.length > 1 && word === word.toUpperCase())) return true
  return partsOf(word.toLowerCase()).every((part) => rankOf(part) === undefined)
}

function levelOfWord(word: string, vocabulary: Vocabulary): Level | null {
  const parts = word.split('-').filter((part) => part !== '')
  const levels = parts.map((part) => levelOfPart(part, vocabulary)).filter((level) => level !== null)
  return levels.toSorted((one, other) => LEVELS.indexOf(other) - LEVELS.indexOf(one))[0] ?? null
}

function levelOfPart(part: string, vocabulary: Vocabulary): Level | null {
  const forms = partsOf(part)
  if (forms.some((form) => vocabulary.has(form))) return null
  const rank = Math.min(...forms.map((form) => rankOf(form) ?? Number.POSITIVE_INFINITY))
  return LEVELS.find((level) => rank <= LEVEL_LIMITS[level].wordRank) ?? 'C2'
}

const keptParts = new Map<string, string[]>()
const MAX_KEPT = 50_000

/** Without what a contraction adds, and with its base forms: "menus" is as hard as "menu". */
function partsOf(word: string): string[] {
  const known = keptParts.get(word)
  if (known) return known
  const parts = readParts(word)
  if (keptParts.size < MAX_KEPT) keptParts.set(word, parts)
  return parts
}

function readParts(word: string): string[] {
  if (/^(?:won|can|shan)['’]t$/.test(word)) return ['can']
  if (/^o['’]clock$/.test(word)) return ['clock']
  return word.split('-').flatMap((part) => baseFormsOf(part.replace(CONTRACTION, '') || part))
}
