import type { Level } from './levels.ts'
import { findAll, type Span } from './sentences.ts'

export type Structure = Span & { name: string; level: Level }

const IRREGULAR_PARTICIPLES =
  'been|become|begun|bitten|blown|bought|broken|brought|built|caught|chosen|come|cut|done|drawn|driven|drunk|eaten|' +
  'fallen|felt|fed|flown|forgotten|found|frozen|given|gone|grown|had|heard|held|hidden|hit|hurt|kept|known|learnt|left|' +
  'lent|lost|made|meant|met|paid|put|read|ridden|risen|run|said|seen|sent|set|shown|shut|slept|sold|spent|spoken|stolen|' +
  'stood|swum|taken|taught|thought|thrown|told|understood|woken|won|worn|written'
/** End like participles and are none, or are adjectives in what people say every day. */
const NO_PARTICIPLE =
  '(?!(?:need|speed|indeed|hundred|tired|excited|interested|closed|worried|bored|surprised|crowded|scared|married|' +
  'pleased|relaxed|supposed|used|allowed|confused|prepared|located|frightened|disappointed|limited|gone|done|left|read|' +
  'put|set|shut|lost|finished)\\b)'
const ADVERB =
  "(?:(?:never|ever|already|just|also|always|really|not|only|often|recently|still|been|n't|probably|\\w+ly)\\s+)?"
const PARTICIPLE = `(?:\\w{2,}ed|${IRREGULAR_PARTICIPLES})\\b`
const BE = "(?:\\b(?:am|is|are|was|were|be|been|being|isn't|aren't|wasn't|weren't)|['’](?:re|m))"

/**
 * What is looked for, sentence by sentence, in small letters. The level is where learners are expected to follow it.
 * A sentence without any of the words in `needs` is not searched: most sentences hold none of these structures.
 */
const RULES: readonly (readonly [name: string, level: Level, pattern: RegExp, needs: RegExp])[] = [
  ['if clause', 'A2', /\bif\b/g, /if/],
  [
    'present perfect',
    'A2',
    new RegExp(
      `(?:\\b(?:have|has|haven't|hasn't)|['’]ve)\\s+(?!got\\b)(?:(?:you|i|we|they|he|she|it)\\s+)?${ADVERB}(?!need\\b)${PARTICIPLE}|['’]s\\s+${ADVERB}been\\b`,
      'g',
    ),
    /ha[vs]|['’]ve|been/,
  ],
  [
    'passive',
    'B1',
    new RegExp(`${BE}\\s+${ADVERB}${NO_PARTICIPLE}(?!been\\b|had\\b)${PARTICIPLE}`, 'g'),
    /./,
  ],
  ['past perfect', 'B1', new RegExp(`\\b(?:had|hadn't)\\s+${ADVERB}${PARTICIPLE}`, 'g'), /had/],
  [
    'unreal condition',
    'B1',
    /\bif\b[^.?!]*?\b(?:would|wouldn't|could|might)\b(?! you\b| like\b)|\b(?:would|wouldn't|might)\b(?! you\b| like\b)[^.?!]*?\bif\b/g,
    /if/,
  ],
  [
    'relative clause',
    'B1',
    /(?<!\b(?:know|wonder|ask|tell|me|see|show|choose|decide|sure|and|or|but|of|about|remember|say|guess)\s)(?<=[\p{L}\d],?\s)(?:who|whom|whose|which)\b(?!\s*\?)/gu,
    /who|which/,
  ],
  [
    'used to',
    'B1',
    /(?<!\b(?:am|is|are|was|were|be|been|get|got|['’]m|['’]re|['’]s)\s(?:\w+\s)?)\bused to\s+\w+/g,
    /used to/,
  ],
  [
    'modal in the past',
    'B2',
    new RegExp(
      `\\b(?:should|could|would|might|must|may|can't|couldn't|shouldn't|wouldn't)(?:\\s+have|['’]ve)\\s+${ADVERB}${PARTICIPLE}`,
      'g',
    ),
    /have|['’]ve/,
  ],
  ['future perfect', 'B2', new RegExp(`(?:\\bwill|['’]ll)\\s+have\\s+${ADVERB}${PARTICIPLE}`, 'g'), /have/],
  [
    'wish about the unreal',
    'B2',
    /\bwish\s+(?:i|you|he|she|we|they|it|there)\s+(?:\w+ed|were|was|had|could|would|knew)\b/g,
    /wish/,
  ],
  [
    'inversion',
    'C1',
    /^(?:never|rarely|seldom|hardly|scarcely|no sooner|not only|little|under no circumstances)\b[^.?!]*?\b(?:have|has|had|do|does|did|can|could|is|was|will|would|should)\s+(?:i|you|he|she|we|they|it)\b|^(?:had|should|were)\s+(?:i|you|he|she|we|they|it)\b[^?]*,/g,
    /^(?:ne|ra|se|ha|sc|no|li|un|sh|we)/,
  ],
]

/** The structures of one sentence that begins at `offset` of its text, in the order of their places. */
export function structuresOf(sentence: string, offset: number): Structure[] {
  const small = sentence.toLowerCase()
  const structures: Structure[] = []
  for (const [name, level, pattern, needs] of RULES) {
    if (!needs.test(small)) continue
    for (const { index, 0: found } of findAll(pattern, small)) {
      const start = offset + index
      structures.push({ name, level, start, end: start + found.length })
    }
  }
  return structures.sort((one, other) => one.start - other.start)
}
