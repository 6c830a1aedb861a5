const OPENING = /<\s*(think|thinking|thought|reasoning)\s*>/i
const CLOSING = /<\s*\/\s*(?:think|thinking|thought|reasoning)\s*>/i
/** The end of a text that may become one of them. */
const CUT_TAG =
  /<\s*\/?\s*(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?|o(?:u(?:g(?:h(?:t)?)?)?)?)?)?|r(?:e(?:a(?:s(?:o(?:n(?:i(?:n(?:g)?)?)?)?)?)?)?)?)?\s*$/i
const MAX_TAG_CHARACTERS = 24

/** `opening`: only before everything else, for answers that are data. */
export type ThoughtPlace = 'opening' | 'anywhere'

/**
 * Takes out what a model thinks aloud: `<think>…</think>` and its kind. A block that never closes runs to the end.
 * Holds back only what may be the beginning of a tag.
 */
export class ThoughtFilter {
  readonly #place: ThoughtPlace
  #held = ''
  #isThinking = false
  #hasSpoken = false

  constructor(place: ThoughtPlace) {
    this.#place = place
  }

  /** Returns what was said aloud for others so far as it is certain. */
  append(delta: string): string {
    if (this.#isDone) return delta
    this.#held += delta
    return this.#read()
  }

  /** Returns what was held back and turned out to be talk. */
  end(): string {
    const rest = this.#isThinking ? '' : this.#held
    this.#held = ''
    return rest
  }

  get #isDone(): boolean {
    return this.#hasSpoken && this.#place === 'opening'
  }

  #read(): string {
    let said = ''
    for (;;) {
      if (this.#isThinking) {
        if (!this.#skipThought()) return said
      } else {
        const tag = this.#nextTag()
        if (!tag) return said + this.#release(this.#startOfCutTag())
        said += this.#release(tag.at)
        this.#held = this.#held.slice(tag.length)
        this.#isThinking = tag.opens
      }
    }
  }

  /** False where its end is still to come. */
  #skipThought(): boolean {
    const end = CLOSING.exec(this.#held)
    if (!end) {
      this.#held = this.#held.slice(-MAX_TAG_CHARACTERS)
      return false
    }
    this.#held = this.#held.slice(end.index + end[0].length)
    this.#isThinking = false
    return true
  }

  /** A closing one that was never opened is no talk either. */
  #nextTag(): { at: number; length: number; opens: boolean } | undefined {
    const opening = OPENING.exec(this.#held)
    const closing = CLOSING.exec(this.#held)
    const first = opening && (!closing || opening.index < closing.index) ? opening : closing
    if (!first) return undefined
    const isOpening = !this.#hasSpoken && this.#held.slice(0, first.index).trim() === ''
    if (this.#place === 'opening' && !isOpening) return undefined
    return { at: first.index, length: first[0].length, opens: first === opening }
  }

  #startOfCutTag(): number {
    const from = Math.max(0, this.#held.length - MAX_TAG_CHARACTERS)
    const cut = CUT_TAG.exec(this.#held.slice(from))
    return cut ? from + cut.index : this.#held.length
  }

  #release(end: number): string {
    const said = this.#held.slice(0, end)
    this.#held = this.#held.slice(end)
    this.#hasSpoken ||= said.trim() !== ''
    return said
  }
}
