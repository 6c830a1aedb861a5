import type { Span } from './sentences.ts'

/**
 * Phrases as authors write them, by language: words in small letters, `[words]` that may be missing, `(one|other)` of
 * which one stands there. Korean is compared without its blanks, because people set them as they like.
 */
export type AuthoredPhrases = { en: readonly string[]; ko: readonly string[] }

export type PhraseMatch = Span & { language: 'en' | 'ko' }
export type FindPhrase = (text: string) => PhraseMatch | undefined

type Language = keyof AuthoredPhrases

const HANGUL = /\p{Script=Hangul}/u
const PIECE = /[()[\]|]|[^\s()[\]|]+/g
const OPERATORS: Readonly<Record<string, string>> = { '(': '(?:', ')': ')', '[': '(?:', ']': ')?', '|': '|' }

/** Finds one of the phrases anywhere in a text, between whole words. */
export function findWithin(phrases: AuthoredPhrases): FindPhrase {
  const patterns = compileEach(phrases, (any, language) =>
    language === 'en' ? `(?<=^| )(?:${any})` : `(?:${any})`,
  )
  return (text) => find(patterns, text)
}

/** Finds a phrase that is the whole text, but for words of `around` before and after it. */
export function findWhole(phrases: AuthoredPhrases, around: AuthoredPhrases): FindPhrase {
  const patterns = compileEach(phrases, (any, language) => {
    const polite = around[language].length === 0 ? '' : `(?:${anyOf(around[language], language)})*`
    return `^${polite}(?:${any})${polite}$`
  })
  return (text) => find(patterns, text)
}

/** What is wrong with a phrase, if something is. */
export function phraseFault(phrase: string, language: Language): string | undefined {
  if (/[^\p{L}\p{N}'\s()[\]|]/u.test(phrase)) return 'may hold only words, (one|other) and [missing]'
  try {
    const pattern = new RegExp(`^${toPattern(phrase, language)}$`, 'u')
    if (pattern.test('')) return 'would be found where nothing is said'
  } catch {
    return 'has brackets that do not close'
  }
  if (phrase !== phrase.toLowerCase()) return 'must be in small letters'
  return undefined
}

type Patterns = Partial<Record<Language, RegExp>>

function compileEach(phrases: AuthoredPhrases, frame: (any: string, language: Language) => string): Patterns {
  const compile = (language: Language) =>
    phrases[language].length === 0
      ? {}
      : { [language]: new RegExp(frame(anyOf(phrases[language], language), language), 'u') }
  return { ...compile('en'), ...compile('ko') }
}

const anyOf = (phrases: readonly string[], language: Language) =>
  phrases.map((phrase) => toPattern(phrase, language)).join('|')

const toPattern = (phrase: string, language: Language) =>
  (phrase.match(PIECE) ?? [])
    .map((piece) => OPERATORS[piece] ?? (language === 'en' ? `${piece} ` : piece))
    .join('')

function find(patterns: Patterns, text: string): PhraseMatch | undefined {
  const languages: Language[] = HANGUL.test(text) ? ['ko', 'en'] : ['en']
  for (const language of languages) {
    const { plain, places } = toPlain(text, language)
    const match = patterns[language]?.exec(plain)
    if (!match) continue
    const found = match[0].trimEnd()
    const start = places[match.index] ?? 0
    const last = places[match.index + found.length - 1] ?? start
    return { language, start, end: last + 1 }
  }
  return undefined
}

/** Words in small letters with one blank after each, none in Korean, and where each character comes from. */
function toPlain(text: string, language: Language): { plain: string; places: number[] } {
  let plain = ''
  const places: number[] = []
  const add = (character: string, place: number) => {
    plain += character
    places.push(place)
  }
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}\p{N}'’]+/gu)) {
    for (let at = 0; at < word.length; at += 1) {
      const character = word.charAt(at).replace('’', "'").toLowerCase()
      add(character.length === 1 ? character : word.charAt(at), index + at)
    }
    if (language === 'en') add(' ', index + word.length)
  }
  return { plain, places }
}
