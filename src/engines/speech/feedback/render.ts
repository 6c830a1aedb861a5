import type { AdviceLanguage, AdviceText } from './template.ts'

/** More words are counted, not named. */
const MAX_NAMED = 3

const PLACEHOLDER = /\{\{\s*([a-z]+)\s*\}\}/g

/** The text in that language with its placeholders filled in; one without a value becomes nothing. */
export function renderText(
  text: AdviceText,
  { language, values }: { language: AdviceLanguage; values: Readonly<Record<string, string>> },
): string {
  const valueOfName = new Map(Object.entries(values))
  return text[language].replace(PLACEHOLDER, (_placeholder, name: string) => valueOfName.get(name) ?? '')
}

/** “rice”, “right” and 2 more; a word that was said twice is named once. */
export function nameWords(words: readonly string[], language: AdviceLanguage): string {
  const distinct = [...new Set(words.map(plainWord))]
  const named = distinct.slice(0, MAX_NAMED).map((word) => (language === 'ko' ? `‘${word}’` : `“${word}”`))
  const others = distinct.length - named.length
  if (others === 0) return named.join(', ')
  return language === 'ko' ? `${named.join(', ')} 외 ${others}개` : `${named.join(', ')} and ${others} more`
}

/** In small letters, but for “I” and its short forms. */
const plainWord = (word: string) => word.toLowerCase().replace(/^i(?=$|['’])/, 'I')
