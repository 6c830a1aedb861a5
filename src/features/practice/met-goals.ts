import type { TurnView } from './turn.ts'

/** Goals that were reached by an authored response, or by words that the judge points at. */
export const metGoalsOf = (turns: readonly TurnView[]): Set<string> =>
  new Set(
    turns.flatMap(({ matchedResponse, judgement }) => [
      ...(matchedResponse ? [matchedResponse.goal] : []),
      ...(judgement?.goalsMet ?? []).map(({ goal }) => goal),
    ]),
  )
