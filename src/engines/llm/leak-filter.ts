import { foldLetters } from './folded-letters.ts'
import type { Secret } from './secret.ts'

/** About three words: from here on words that the instructions have too are held back until it is clear what they are. */
const SUSPICIOUS_LETTERS = 16
/** About eight words in the order of the instructions: nobody says that by chance. */
const LEAKED_LETTERS = 40
const SUSPICIOUS_MARK_LETTERS = 3
/** Of what was decoded from a code, which by chance is no text at all. */
const LEAKED_DECODED_LETTERS = 12
/** Few words are as long, so what is may be a code: it waits, and is decoded each time it has grown by half of this. */
const SUSPICIOUS_CODE = 16
/** So often it is looked whether such words begin. */
const LOOK_EVERY_LETTERS = 4
const KEPT_LETTERS = 80

const BASE64_CHARACTER = /[A-Za-z0-9+/=_]/
const HEX_CHARACTER = /[0-9a-fx\\\s:,;-]/i
const KEPT_CHARACTERS = 200

/**
 * Looks through a reply as it grows for the instructions it was made from, spelled as they are, letter by letter, backwards
 * or in a code, and for the mark they carry. What may become a leak waits for what follows it; from a leak on nothing is
 * let through.
 */
export class LeakFilter {
  readonly #secret: Secret
  /** Not let through yet, and where in it each letter begins. */
  #held = ''
  #letterStarts: number[] = []
  /** The last letters of the reply, and how many at their end the instructions have too. */
  #letters = ''
  #letterCount = 0
  #run = 0
  /** The last characters as they are, and how many at their end may be a code of one kind or the other. */
  #characters = ''
  #base64 = 0
  #hex = 0
  #hasLeaked = false

  constructor(secret: Secret) {
    this.#secret = secret
  }

  get hasLeaked(): boolean {
    return this.#hasLeaked
  }

  /** Returns what can be shown now, which may be nothing. */
  append(delta: string): string {
    if (this.#hasLeaked) return ''
    for (const character of delta) {
      this.#take(character)
      if (this.#isLeak()) {
        this.#hasLeaked = true
        break
      }
    }
    return this.#release(this.#safeEnd())
  }

  /** Returns what was held back and turned out to be talk. */
  end(): string {
    if (!this.#hasLeaked && this.#isCodedLeak()) this.#hasLeaked = true
    return this.#hasLeaked ? '' : this.#release(this.#held.length)
  }

  #take(character: string): void {
    for (const letter of foldLetters(character)) {
      this.#letterStarts.push(this.#held.length)
      this.#letters = (this.#letters + letter).slice(-KEPT_LETTERS)
      this.#letterCount += 1
      this.#run = this.#nextRun()
    }
    this.#held += character
    this.#characters = (this.#characters + character).slice(-KEPT_CHARACTERS)
    this.#base64 = BASE64_CHARACTER.test(character) ? this.#base64 + 1 : 0
    this.#hex = HEX_CHARACTER.test(character) ? this.#hex + 1 : 0
  }

  /** The run goes on, or begins anew in the letters that it ends with. */
  #nextRun(): number {
    const isShared = (length: number) => this.#secret.letters.includes(this.#letters.slice(-length))
    if (this.#run > 0 && isShared(this.#run + 1)) return this.#run + 1
    const isDue = this.#run > 0 || this.#letterCount % LOOK_EVERY_LETTERS === 0
    return isDue && this.#letterCount >= SUSPICIOUS_LETTERS && isShared(SUSPICIOUS_LETTERS)
      ? SUSPICIOUS_LETTERS
      : 0
  }

  #isLeak(): boolean {
    if (this.#run >= LEAKED_LETTERS) return true
    if (this.#secret.marks.some((mark) => this.#letters.endsWith(mark))) return true
    return [this.#base64, this.#hex].some(isDue) && this.#isCodedLeak()
  }

  #isCodedLeak(): boolean {
    return decodingsOf(this.#characters, { base64: this.#base64, hex: this.#hex }).some((text) => {
      const letters = foldLetters(text)
      return (
        this.#secret.marks.some((mark) => letters.includes(mark)) || sharesRun(letters, this.#secret.letters)
      )
    })
  }

  /** Where in what is held the first letter begins that may belong to a leak. */
  #safeEnd(): number {
    const suspicious = Math.max(this.#run, this.#startOfMark())
    const code = Math.max(this.#base64, this.#hex)
    const startOfCode = code >= SUSPICIOUS_CODE ? Math.max(0, this.#held.length - code) : this.#held.length
    return Math.min(this.#startOfLast(suspicious), startOfCode)
  }

  #startOfLast(letters: number): number {
    if (letters === 0) return this.#held.length
    return this.#letterStarts.at(-letters) ?? 0
  }

  /** How many letters at the end could be the beginning of the mark, or all of it; one or two are in most words. */
  #startOfMark(): number {
    const length = Math.max(0, ...this.#secret.marks.map((mark) => commonEnd(this.#letters, mark)))
    return length >= SUSPICIOUS_MARK_LETTERS ? length : 0
  }

  #release(end: number): string {
    const released = this.#held.slice(0, end)
    this.#held = this.#hasLeaked ? '' : this.#held.slice(end)
    this.#letterStarts = this.#letterStarts.map((start) => start - end).filter((start) => start >= 0)
    return released
  }
}

/** The longest beginning of `mark` that `letters` ends with. */
function commonEnd(letters: string, mark: string): number {
  for (let length = Math.min(mark.length, letters.length); length > 0; length -= 1) {
    if (letters.endsWith(mark.slice(0, length))) return length
  }
  return 0
}

const isDue = (length: number) => length >= SUSPICIOUS_CODE && length % (SUSPICIOUS_CODE / 2) === 0

/** What the end of the characters stands for if it is base64, or bytes as digits. */
function decodingsOf(characters: string, lengths: { base64: number; hex: number }): string[] {
  const code = lengths.base64 < SUSPICIOUS_CODE ? '' : characters.slice(-lengths.base64)
  const digits = lengths.hex < SUSPICIOUS_CODE ? '' : characters.slice(-lengths.hex)
  return [
    // A code that began before what is kept is read from each of the four places at which its bytes may begin.
    ...[0, 1, 2, 3].map((start) => Buffer.from(code.slice(start), 'base64')),
    ...[0, 1].map((start) => Buffer.from(digits.replace(/0x|\\x|[^0-9a-f]/gi, '').slice(start), 'hex')),
  ].map((bytes) => bytes.toString('latin1'))
}

function sharesRun(letters: string, secret: string): boolean {
  for (let start = 0; start + LEAKED_DECODED_LETTERS <= letters.length; start += 1) {
    if (secret.includes(letters.slice(start, start + LEAKED_DECODED_LETTERS))) return true
  }
  return false
}
