import type { LevelGate } from './level-gate.ts'
import type { Level } from './levels.ts'
import { excessBeyond, type LevelMeasure, measureText } from './measure-text.ts'
import type { Vocabulary } from './words.ts'

/** What came of a reply beyond the level: put more simply, or left as it was and why. */
export type Rewrite =
  | { outcome: 'used'; fromLevel: Level }
  | { outcome: 'not_easier'; fromLevel: Level }
  | { outcome: 'failed'; fromLevel: Level; reason: string }

/** The measure of what the learner was shown, and what was done to get there. */
export type ReplyLevel = LevelMeasure & { rewrite: Rewrite | null }

/** Puts `text`, which follows `before`, more simply; or says why not. */
export type AskRewrite = (input: {
  before: string
  text: string
  target: Level
  hardWords: string[]
}) => Promise<{ text: string | undefined; reason: string | undefined }>

type Rules = {
  target: Level
  vocabulary: Vocabulary
  /** Absent where the words are an author's, which are measured and never changed. */
  ask: AskRewrite | undefined
}

/** Ends a reply that went through the gate: what was held back is shown in the easier of its two wordings. */
export async function endGoverned(
  gate: LevelGate,
  { target, vocabulary, ask }: Rules,
): Promise<{ shown: string; rewrite: Rewrite | null }> {
  const last = gate.end()
  const { held, shown } = gate
  if (held === '') return { shown: last, rewrite: null }
  if (!ask) return { shown: last + gate.replaceHeld(held), rewrite: null }
  const measure = measureText({ text: shown + held, target, vocabulary })
  const hardWords = [...new Set(measure.wordsBeyondLevel.map(({ word }) => word))]
  const { text, reason } = await ask({ before: shown, text: held, target, hardWords })
  const fromLevel = measure.level
  if (text === undefined) {
    const rewrite: Rewrite = { outcome: 'failed', fromLevel, reason: reason ?? 'unknown' }
    return { shown: last + gate.replaceHeld(held), rewrite }
  }
  const excessOf = (wording: string) => excessBeyond({ text: wording, target, vocabulary })
  const isEasier = excessOf(text) < excessOf(held)
  return {
    shown: last + gate.replaceHeld(isEasier ? text : held),
    rewrite: { outcome: isEasier ? 'used' : 'not_easier', fromLevel },
  }
}
