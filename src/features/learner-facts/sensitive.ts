/** What is never remembered, as it is authored. */
export type FactRules = {
  shapes: readonly (keyof typeof SHAPES)[]
  categories: readonly { id: string; words: readonly string[] }[]
}

const SHAPES = {
  email: /[^\s@]@[^\s@]/u,
  web_address: /https?:\/\/|\bwww\.|\b[a-z0-9-]+\.(?:com|net|org|kr|io|me)\b/iu,
  /** Telephone numbers, documents, accounts: five digits and more, however they are grouped. */
  long_number: /\d(?:[\s.-]?\d){4}/u,
  /** `12 Green Street`, `Dongseong-ro 12-gil`, `동성로 12`. */
  street_number:
    /\d+\s+(?:\p{L}+\s+){1,3}(?:street|st|road|rd|avenue|ave|lane|drive)\b|(?:-(?:ro|gil|daero)|[로길])\s*\d|\d+\s*(?:번지|동\s*\d+\s*호)/iu,
}

export type IsSensitive = (text: string) => boolean

/** Compiled once: a filter that says of a text whether anything of it must not be remembered. */
export function createSensitiveFilter({ shapes, categories }: FactRules): IsSensitive {
  const words = categories.flatMap((category) => category.words)
  const patterns = [...shapes.map((shape) => SHAPES[shape]), ...words.map(toPattern)]
  return (text) => {
    const plain = text.normalize('NFKC').replace(/[‘’ʼ`´]/g, "'")
    return patterns.some((pattern) => pattern.test(plain))
  }
}

function toPattern(word: string): RegExp {
  const isBeginning = word.endsWith('*')
  const bare = (isBeginning ? word.slice(0, -1) : word).normalize('NFKC').trim()
  const escaped = RegExp.escape(bare).replace(/(?:\\x20|\s)+/g, '\\s+')
  // Korean joins its endings to the word, and compounds to their parts.
  if (/\p{Script=Hangul}/u.test(bare)) return new RegExp(escaped, 'iu')
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}${isBeginning ? '' : '(?![\\p{L}\\p{N}])'}`, 'iu')
}
