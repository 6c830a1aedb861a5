/** `longest`: texts with more characters are not kept. */
export type Keeping = { most: number; longest?: number }

/**
 * Longer words are rare, and the engine stores a longer piece of a text as a view on it, so that one word would hold the whole
 * of what a stranger sent.
 */
export const WORDS_ONLY = 12

/**
 * The same function, which remembers what it found. Texts have few different words, each of them many times; but strangers
 * write some of the texts, so that there is an end to what is kept.
 */
export function keepFound<Value>(
  find: (text: string) => Value,
  { most, longest = Number.POSITIVE_INFINITY }: Keeping,
): (text: string) => Value {
  const kept = new Map<string, Value>()
  return (text) => {
    const known = kept.get(text)
    if (known !== undefined) return known
    const found = find(text)
    if (kept.size < most && text.length <= longest) kept.set(text, found)
    return found
  }
}
