/** How text is counted where no vendor did it; `content preview` says so. */
export const TOKEN_COUNTER = 'o200k_base'

/** Pairs are merged in a time that grows with the square of an unbroken run of letters: 64 kB of `a` would take seconds. */
const MAX_PIECE = 512
/** Beyond it the rest is taken to be like the beginning. */
const MAX_COUNTED = 200_000

/** What a chat costs beside its words: role and delimiters. */
const TOKENS_PER_MESSAGE = 4

let loading: Promise<(text: string) => number> | undefined

/**
 * Loads the vocabulary: about 60 MB, and a few hundred milliseconds in which nothing else runs. So it is not loaded
 * before somebody counts, and a service that asks models does it before it listens.
 */
export function loadTokenCounter(): Promise<(text: string) => number> {
  loading ??= import('gpt-tokenizer/encoding/o200k_base').then(({ countTokens: count }) => {
    // Words of a learner that look like marks of a vendor are words.
    const options = { disallowedSpecial: new Set<string>() }
    return (text) => pieces(text).reduce((sum, piece) => sum + count(piece, options), 0)
  })
  return loading
}

/** By the vocabulary of OpenAI's present models. Other vendors cut words otherwise: for theirs it is a guess. */
export async function countTokens(text: string): Promise<number> {
  if (text === '') return 0
  const count = await loadTokenCounter()
  if (text.length <= MAX_COUNTED) return count(text)
  return Math.ceil(count(text.slice(0, MAX_COUNTED)) * (text.length / MAX_COUNTED))
}

/** The whole input of a call. */
export async function countMessageTokens(messages: readonly { text: string }[]): Promise<number> {
  let tokens = 0
  for (const { text } of messages) tokens += TOKENS_PER_MESSAGE + (await countTokens(text))
  return tokens
}

/** Cut before a blank where there is one. */
function pieces(text: string): string[] {
  const found: string[] = []
  for (let start = 0; start < text.length; ) {
    const end = start + MAX_PIECE
    const blank = end < text.length ? text.lastIndexOf(' ', end) : -1
    const cut = blank > start ? blank : end
    found.push(text.slice(start, cut))
    start = cut
  }
  return found
}
