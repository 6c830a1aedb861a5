import type { RepairKind, RepairLine } from '#engines/language/repair-line.ts'
import { sentencesOf } from '#engines/language/sentences.ts'
import type { TurnView } from './turn.ts'
import type { Bilingual, Variation } from './variation.ts'

/** What the learner asked for instead of answering, and what was given. */
export type Repair = {
  kind: RepairKind
  /** The app should play the line slowly. */
  slower: boolean
  /** For the learner's screen, beside the partner's line. */
  note: Bilingual
  /** The goal that a `skip` left open. */
  skippedGoal: string | null
}

export type RepairSituation = {
  variation: Variation
  opener: string
  before: readonly TurnView[]
  metGoals: ReadonlySet<string>
}

/** The authored line for such a request, around the partner's last line or, for `skip`, the next one. */
export function mendTalk(
  { kind, says, note }: RepairLine,
  situation: RepairSituation,
): { text: string; repair: Repair } {
  const skippedGoal = kind === 'skip' ? openGoal(situation) : null
  const line = kind === 'skip' ? lineAfter(situation, skippedGoal) : lastLine(situation)
  const hint = situation.variation.hint_levels[0]?.text ?? { en: '', ko: '' }
  return {
    text: fill(says, { line, hint: hint.en }),
    repair: {
      kind,
      slower: kind === 'slower',
      note: { en: fill(note.en, { line, hint: hint.en }), ko: fill(note.ko, { line, hint: hint.ko }) },
      skippedGoal,
    },
  }
}

/** Goals that the learner left out; they are not met, and the partner does not come back to them. */
export const skippedGoalsOf = (turns: readonly TurnView[]): Set<string> =>
  new Set(turns.flatMap(({ repair }) => repair?.skippedGoal ?? []))

const openGoal = ({ variation, before, metGoals }: RepairSituation): string | null => {
  const skipped = skippedGoalsOf(before)
  return variation.goals.find(({ id }) => !metGoals.has(id) && !skipped.has(id))?.id ?? null
}

/** As the partner said it, without the lines of earlier repairs around it. */
const lastLine = ({ opener, before }: RepairSituation): string =>
  before.findLast(({ kind, repair }) => kind === 'talk' || repair?.kind === 'skip')?.replyText ?? opener

/** What the author's partner asks once the goal is reached; after the last goal, the end. */
function lineAfter({ variation, before, metGoals }: RepairSituation, goal: string | null): string {
  const done = new Set([...metGoals, ...skippedGoalsOf(before), ...(goal === null ? [] : [goal])])
  const isLast = variation.goals.every(({ id }) => done.has(id))
  if (goal === null || isLast) return variation.closing
  const replies = variation.ideal_responses.filter((response) => response.goal === goal)
  const questions = replies.flatMap(({ reply }) => questionsOf(reply))
  return questions[0] ?? variation.fallbacks[0] ?? variation.closing
}

const questionsOf = (reply: string): string[] =>
  sentencesOf(reply)
    .map(({ start, end }) => reply.slice(start, end))
    .filter((sentence) => sentence.endsWith('?'))
    .slice(-1)

const fill = (template: string, values: Record<string, string>) =>
  template.replace(/\{\{\s*([a-z]+)\s*\}\}/g, (placeholder, name: string) => values[name] ?? placeholder)
