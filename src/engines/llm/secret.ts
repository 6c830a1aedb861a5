import { foldLetters } from './folded-letters.ts'
import type { LlmMessage } from './provider.ts'

/** What a reply may not give away, in the form in which replies are compared with it. */
export type Secret = {
  /** The mark of the instructions, and backwards. */
  marks: readonly string[]
  /** The letters of the instructions in each order and cipher that a reply is looked through for. */
  letters: string
}

/** Stands between texts: no letters of a reply run across it. */
const BREAK = '\u0000'

export type SecretInput = {
  /** What a model is told, apart from the talk. */
  instructions: string
  mark: string
  /** Texts in the instructions that are there to be said: the opener, facts about the place. */
  sayable: readonly string[]
}

export function secretOf({ instructions, mark, sayable }: SecretInput): Secret {
  const folded = foldLetters(mark)
  // Without the mark they are the same in many talks.
  const hidden = withoutTexts(instructions, [...sayable, mark])
  return {
    marks: folded === '' ? [] : [folded, reverse(folded)],
    letters: lettersOf(hidden.join(BREAK)),
  }
}

/** Instructions of so many kinds are kept in each form, about 25 kB each. */
const MAX_KEPT = 500
const kept = new Map<string, string>()

function lettersOf(hidden: string): string {
  const known = kept.get(hidden)
  if (known !== undefined) return known
  const letters = hidden.split(BREAK).flatMap(formsOf).join(BREAK)
  const [oldest] = kept.keys()
  if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest)
  kept.set(hidden, letters)
  return letters
}

/** As it is, backwards, word by word from the end, in ROT13. */
function formsOf(text: string): string[] {
  const words = text.split(/\s+/).map(foldLetters)
  const plain = words.join('')
  return [plain, reverse(plain), words.toReversed().join(''), foldLetters(rot13(text))]
}

/** What stands in the system role: never what a learner said. */
export const instructionsIn = (messages: readonly LlmMessage[]): string =>
  messages
    .filter(({ role }) => role === 'system')
    .map(({ text }) => text)
    .join('\n')

function withoutTexts(text: string, texts: readonly string[]): string[] {
  return texts
    .filter((one) => one.trim() !== '')
    .toSorted((one, other) => other.length - one.length)
    .reduce((pieces, one) => pieces.flatMap((piece) => piece.split(one)), [text])
}

const reverse = (text: string) => [...text].reverse().join('')

const HALF_AN_ALPHABET = 13

function rot13(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= 'Z' ? 'A'.charCodeAt(0) : 'a'.charCodeAt(0)
    return String.fromCharCode(
      first + ((letter.charCodeAt(0) - first + HALF_AN_ALPHABET) % (2 * HALF_AN_ALPHABET)),
    )
  })
}
