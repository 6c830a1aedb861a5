export type ReplyFilterRules = { emotions: readonly string[]; canary: string }

/** Longer than any emotion with a word before it (`[emotion: encouraging]`); what runs on past it is no tag. */
const MAX_TAG_CHARACTERS = 40
const WHOLE_TAG = /^\[([^\]\n]*)\]/
const isCutTag = (text: string) => text.length < MAX_TAG_CHARACTERS && !/[\]\n]/.test(text)

/**
 * What the learner may see of a reply as it grows: without the emotion tag at its beginning, without the persona's
 * emotions in brackets anywhere else, and nothing from the canary on. Characters that may be part of either wait for
 * what follows them.
 */
export class ReplyFilter {
  readonly #emotions: readonly string[]
  readonly #canary: string
  #held = ''
  #shown = ''
  #emotion: string | undefined
  #hasLeaked = false

  constructor({ emotions, canary }: ReplyFilterRules) {
    this.#emotions = emotions
    this.#canary = canary.toLowerCase()
  }

  /** Everything that was let through. */
  get shown(): string {
    return this.#shown
  }

  /** As the reply says, or the persona's first. */
  get emotion(): string | null {
    return this.#emotion ?? this.#emotions[0] ?? null
  }

  get hasLeaked(): boolean {
    return this.#hasLeaked
  }

  /** Returns what can be shown now, which may be nothing. */
  append(delta: string): string {
    if (this.#hasLeaked) return ''
    this.#held += delta
    const leakAt = this.#held.toLowerCase().indexOf(this.#canary)
    if (leakAt < 0) return this.#release(false)
    this.#hasLeaked = true
    this.#held = this.#held.slice(0, leakAt)
    return this.#release(true)
  }

  /** Returns what was held back and turned out to be talk. */
  end(): string {
    return this.#hasLeaked ? '' : this.#release(true)
  }

  #release(isEnd: boolean): string {
    const tagAt = this.#readTags(isEnd)
    const safeEnd = isEnd ? tagAt : Math.min(tagAt, this.#startOfCanary())
    const released = this.#held.slice(0, safeEnd)
    this.#held = this.#held.slice(safeEnd)
    const text = this.#shown === '' ? released.trimStart() : released
    this.#shown += text
    return text
  }

  /** Takes out the tags that are whole. Returns where one begins that is not, or the end. */
  #readTags(isEnd: boolean): number {
    let at = this.#held.indexOf('[')
    while (at >= 0) {
      const isOpening = this.#shown === '' && this.#held.slice(0, at).trim() === ''
      const rest = this.#held.slice(at, at + MAX_TAG_CHARACTERS)
      if (isCutTag(rest)) return this.#endAtCutTag(at, { isEnd, isOpening })
      const [tag, name] = WHOLE_TAG.exec(rest) ?? []
      if (tag !== undefined && this.#takesTag(name ?? '', isOpening)) this.#remove(at, tag)
      else at += 1
      at = this.#held.indexOf('[', at)
    }
    return this.#held.length
  }

  /** A reply that ends in the middle of its own tag has said nothing; other brackets were talk. */
  #endAtCutTag(at: number, { isEnd, isOpening }: { isEnd: boolean; isOpening: boolean }): number {
    if (!isEnd) return at
    if (isOpening) this.#held = this.#held.slice(0, at)
    return this.#held.length
  }

  /** Whatever stands in brackets at the very beginning was meant as one. */
  #takesTag(name: string, isOpening: boolean): boolean {
    const emotion = this.#emotionIn(name, isOpening)
    if (isOpening) this.#emotion ??= emotion
    return isOpening || emotion !== undefined
  }

  #remove(at: number, tag: string): void {
    this.#held = this.#held.slice(0, at) + this.#held.slice(at + tag.length).replace(/^[ \t]/, '')
  }

  /** At the beginning a word of it will do; later it must be the emotion alone, for brackets may be talk. */
  #emotionIn(tag: string, isOpening: boolean): string | undefined {
    const words = tag.toLowerCase().match(/[a-z0-9-]+/g) ?? []
    if (!isOpening && words.length !== 1) return undefined
    return words.find((word) => this.#emotions.includes(word))
  }

  /** Where the end of what is held could be the beginning of the canary. */
  #startOfCanary(): number {
    const held = this.#held.toLowerCase()
    const longest = Math.min(this.#canary.length - 1, held.length)
    for (let length = longest; length > 0; length -= 1) {
      if (held.endsWith(this.#canary.slice(0, length))) return held.length - length
    }
    return held.length
  }
}
