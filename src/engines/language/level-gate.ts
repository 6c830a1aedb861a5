import type { Level } from './levels.ts'
import { excessBeyond } from './measure-text.ts'
import { endOfFirstSentence } from './sentences.ts'
import type { Vocabulary } from './words.ts'

export type LevelGateRules = {
  /** Null lets everything through as it comes. */
  target: Level | null
  vocabulary: Vocabulary
}

/**
 * Lets a growing reply through sentence by sentence, each once it is whole and keeps the limits of the level. From the
 * first that does not, the rest is held back, so that nothing is shown that is taken back later.
 */
export class LevelGate {
  readonly #rules: LevelGateRules
  #shown = ''
  #held = ''
  #isClosed = false

  constructor(rules: LevelGateRules) {
    this.#rules = rules
  }

  /** Everything that was let through. */
  get shown(): string {
    return this.#shown
  }

  /** What was held back: the sentence beyond the level and all after it. */
  get held(): string {
    return this.#held
  }

  /** Returns what can be shown now, which may be nothing. */
  append(text: string): string {
    this.#held += text
    if (this.#rules.target === null) return this.#release(this.#held.length)
    let released = ''
    while (!this.#isClosed) {
      const end = endOfFirstSentence(this.#held)
      if (end === 0) break
      released += this.#pass(end)
    }
    return released
  }

  /** The reply is whole. Returns its last sentence, if that keeps the limits too. */
  end(): string {
    return this.#isClosed || this.#held === '' ? '' : this.#pass(this.#held.length)
  }

  /** Shows what was held back after all, or what was made of it. */
  replaceHeld(text: string): string {
    this.#held = ''
    this.#shown += text
    return text
  }

  #pass(end: number): string {
    const { target, vocabulary } = this.#rules
    const sentence = this.#held.slice(0, end)
    this.#isClosed = target !== null && excessBeyond({ text: sentence, target, vocabulary }) > 0
    return this.#isClosed ? '' : this.#release(end)
  }

  #release(end: number): string {
    const text = this.#held.slice(0, end)
    this.#held = this.#held.slice(end)
    this.#shown += text
    return text
  }
}
