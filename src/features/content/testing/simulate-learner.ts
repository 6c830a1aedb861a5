import { applySlip, type SimulatedLearnerFile } from '../simulated-learner-file.ts'
import type { VariationFile } from '../situation-file.ts'
import type { PlayedTurn } from './played.ts'

export type TalkSoFar = {
  opener: string
  turns: readonly PlayedTurn[]
  /** In the order of the variation; empty in a free conversation. */
  openGoals: readonly string[]
  /** There were goals, and all of them are reached. */
  isDone: boolean
}

/** What the learner says next: null for nothing that could be understood, undefined when there is no more to say. */
export type NextLine = (talk: TalkSoFar) => Promise<string | null | undefined>

type Goalful = Pick<
  VariationFile,
  'tests' | 'ideal_responses' | 'acceptable_responses' | 'hint_levels' | 'common_mistakes'
>

/** A learner of lines that were written by hand; the same talk always gets the same line. */
export function createLineLearner(learner: SimulatedLearnerFile, variation?: Goalful): NextLine {
  const lines = variation ? PLAYS[learner.behaviour](learner, variation) : saysLines(learner)
  return async (talk) => lines(talk)
}

type Line = (talk: TalkSoFar) => string | null | undefined
type Play = (learner: SimulatedLearnerFile, variation: Goalful) => Line

const PLAYS: Record<SimulatedLearnerFile['behaviour'], Play> = {
  answers: (learner, variation) => (talk) => {
    const [goal] = talk.openGoals
    if (goal === undefined) return undefined
    const tries = countTries(talk)
    const lines = linesFor(goal, variation)
    const line = lines[Math.min(tries, lines.length - 1)]
    // Whoever was not understood takes more care.
    return tries === 0 && line !== undefined ? withSlips(line, learner) : line
  },
  'follows-hints': (_learner, { hint_levels }) => {
    const quoted = quotedIn(hint_levels.at(-1)?.text.en ?? '')
    return ({ turns }) => quoted[turns.length]
  },
  'makes-mistakes':
    (_learner, { common_mistakes }) =>
    ({ turns }) =>
      common_mistakes[turns.length]?.says,
  'says-lines': (learner) => saysLines(learner),
}

const saysLines =
  ({ utterances }: SimulatedLearnerFile): Line =>
  ({ turns }) => {
    const line = utterances[turns.length]
    return line === '' ? null : line
  }

/** Turns since a goal was last reached. */
const countTries = ({ turns }: TalkSoFar) =>
  turns.length - 1 - turns.findLastIndex(({ goalsMet }) => goalsMet.length > 0)

/** The paraphrases of its tests first: they are not among the lines that are listened for. */
function linesFor(goal: string, { tests, acceptable_responses, ideal_responses }: Goalful): string[] {
  const paraphrases = tests.flatMap(({ says, expects_goal }) => (says && expects_goal === goal ? [says] : []))
  const authored = [...acceptable_responses, ...ideal_responses].filter((response) => response.goal === goal)
  return [...paraphrases, ...authored.map(({ text }) => text)]
}

export const withSlips = (line: string, { slips }: Pick<SimulatedLearnerFile, 'slips'>) =>
  slips.reduce((said, slip) => applySlip(said, slip), line).trim() || line

export const quotedIn = (hint: string) =>
  Array.from(hint.matchAll(/["“]([^"”]+)["”]/g), ([, quoted = '']) => quoted)
