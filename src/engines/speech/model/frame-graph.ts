import { PHONES } from '../phones.ts'

/** Class of silence among the posteriors of a frame; the phones come first, in the order of `PHONES`. */
export const SILENCE_CLASS = PHONES.length

/** Class of speech that belongs to no word. */
export const EXTRA_CLASS = SILENCE_CLASS + 1

/** Ways to say each word of a text, most usual first; each a list of classes. */
export type PhoneText = readonly (readonly (readonly number[])[])[]

/** One state of the graph: a phone of a word, or a silence between words. */
export type GraphState = {
  class: number
  /** -1 for a silence and for speech that belongs to no word. */
  word: number
  alternative: number
  position: number
  /** States that may come before, all with smaller indices. */
  before: number[]
}

export type FrameGraph = { states: GraphState[]; starts: Set<number>; ends: Set<number> }

/**
 * [silence] word [silence] word … [silence]: every silence may be absent, every word is said in one of its ways.
 * `withExtra` lets other speech stand between two silences, where the text has no word for it.
 */
export function graphOf(text: PhoneText, { withExtra = false } = {}): FrameGraph {
  const states: GraphState[] = []
  const starts = new Set<number>()
  let open: number[] = []
  let isStart = true

  function add(state: Omit<GraphState, 'before'>, before: readonly number[], isFirst: boolean): number {
    const index = states.push({ ...state, before: [...before] }) - 1
    if (isFirst) starts.add(index)
    return index
  }
  function addBetween() {
    const silence = add({ ...BETWEEN, class: SILENCE_CLASS }, open, isStart)
    if (!withExtra) {
      open = [...open, silence]
      return
    }
    const extra = add({ ...BETWEEN, class: EXTRA_CLASS }, [...open, silence], isStart)
    const after = add({ ...BETWEEN, class: SILENCE_CLASS }, [extra], false)
    open = [...open, silence, extra, after]
  }

  for (const [word, alternatives] of text.entries()) {
    addBetween()
    open = alternatives.flatMap((phones, alternative) => {
      let before = open
      let last = -1
      for (const [position, phone] of phones.entries()) {
        last = add({ class: phone, word, alternative, position }, before, isStart && position === 0)
        before = [last]
      }
      return last < 0 ? [] : [last]
    })
    isStart = false
  }
  addBetween()
  return { states, starts, ends: new Set(open) }
}

const BETWEEN = { word: -1, alternative: 0, position: 0 }
