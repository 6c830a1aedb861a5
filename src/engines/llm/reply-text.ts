import { llmBadResponse } from './errors.ts'
import { ThoughtFilter, type ThoughtPlace } from './thought-filter.ts'

/**
 * A reply as it grows: no longer than `maxBytes` of UTF-8, without what is thought aloud, no leading blanks, no NUL and no half of a surrogate
 * pair (PostgreSQL takes neither). A character split between two deltas waits for its second half.
 */
export class ReplyText {
  readonly #maxBytes: number
  readonly #thoughts: ThoughtFilter
  #text = ''
  #heard = ''
  #halfCharacter = ''
  #receivedBytes = 0

  constructor(maxBytes: number, thoughts: ThoughtPlace = 'anywhere') {
    this.#maxBytes = maxBytes
    this.#thoughts = new ThoughtFilter(thoughts)
  }

  get text(): string {
    return this.#text
  }

  /** All that came, thoughts included. */
  get heard(): string {
    return this.#heard
  }

  /** Returns what can be shown now, which may be nothing. */
  append(delta: string): string {
    this.#receivedBytes += Buffer.byteLength(delta)
    if (this.#receivedBytes > this.#maxBytes) throw llmBadResponse(`longer than ${this.#maxBytes} bytes`)
    this.#heard += delta
    return this.#show(this.#thoughts.append(delta))
  }

  /** Returns what was held back because it might have become a thought. */
  end(): string {
    return this.#show(this.#thoughts.end())
  }

  #show(said: string): string {
    const joined = this.#halfCharacter + said.replaceAll('\0', '')
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
