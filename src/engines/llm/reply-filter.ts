import { LeakFilter } from './leak-filter.ts'
import type { Secret } from './secret.ts'

export type ReplyFilterRules = { emotions: readonly string[]; secret: Secret }

/** Longer than any emotion with a word before it (`[emotion: encouraging]`); what runs on past it is no tag. */
const MAX_TAG_CHARACTERS = 40
const WHOLE_TAG = /^\[([^\]\n]*)\]/
const isCutTag = (text: string) => text.length < MAX_TAG_CHARACTERS && !/[\]\n]/.test(text)

/**
 * What the learner may see of a reply as it grows: without the emotion tag at its beginning, without the persona's
 * emotions in brackets anywhere else, and nothing from where it gives its instructions away. Characters that may be part
 * of either wait for what follows them.
 */
export class ReplyFilter {
  readonly #emotions: readonly string[]
  readonly #leaks: LeakFilter
  #held = ''
  #shown = ''
  #emotion: string | undefined

  constructor({ emotions, secret }: ReplyFilterRules) {
    this.#emotions = emotions
    this.#leaks = new LeakFilter(secret)
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
    return this.#leaks.hasLeaked
  }

  /** Returns what can be shown now, which may be nothing. */
  append(delta: string): string {
    if (this.hasLeaked) return ''
    this.#held += this.#leaks.append(delta)
    return this.#release(this.hasLeaked)
  }

  /** Returns what was held back and turned out to be talk. */
  end(): string {
    if (this.hasLeaked) return ''
    this.#held += this.#leaks.end()
    return this.#release(true)
  }

  #release(isEnd: boolean): string {
    const tagAt = this.#readTags(isEnd)
    const released = this.#held.slice(0, tagAt)
    this.#held = this.#held.slice(tagAt)
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
}
