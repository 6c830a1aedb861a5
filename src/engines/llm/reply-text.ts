import { llmBadResponse } from './errors.ts'

/**
 * A reply as it grows: no longer than `maxBytes` of UTF-8, no leading blanks, no NUL and no half of a surrogate
 * pair (PostgreSQL takes neither). A character split between two deltas waits for its second half.
 */
export class ReplyText {
  readonly #maxBytes: number
  #text = ''
  #halfCharacter = ''
  #receivedBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get text(): string {
    return this.#text
  }

  /** Returns what can be shown now, which may be nothing. */
  append(delta: string): string {
    this.#receivedBytes += Buffer.byteLength(delta)
    if (this.#receivedBytes > this.#maxBytes) throw llmBadResponse(`longer than ${this.#maxBytes} bytes`)
    const joined = this.#halfCharacter + delta.replaceAll('\0', '')
    const wanted = this.#text === '' ? joined.trimStart() : joined
    const whole = endsInsideCharacter(wanted) ? wanted.slice(0, -1) : wanted
    this.#halfCharacter = wanted.slice(whole.length)
    const shown = whole.toWellFormed()
    this.#text += shown
    return shown
  }
}

/** The last unit is a high surrogate, whose other half is still to come. */
const endsInsideCharacter = (text: string) => /[\uD800-\uDBFF]$/.test(text)
