/** Who answered: a model, the author's lines of a scripted partner, or answers written by hand beside the test. */
export type Basis = 'model' | 'scripted' | 'hand-written'

/** One attempt at a provider, as the gateway's ledger was told of it. */
export type CallFacts = {
  purpose: string
  provider: string
  model: string
  outcome: string
  durationMs: number
  /** Null where the price or the usage is unknown; 0 where no model was asked. */
  costMicroUsd: number | null
  /** No model was asked, so there is no latency and no cost to measure. */
  isPlayed: boolean
}

export type PlayedCorrection = { said: string; correction: string }

export type PlayedTurn = {
  /** Null where the learner said nothing that could be understood. */
  said: string | null
  reply: string
  /** Goals that this turn reached and no earlier one. */
  goalsMet: string[]
  corrections: PlayedCorrection[]
}

/** What happened in one test: what its assertions are about. */
export type Played = {
  opener: string | null
  turns: PlayedTurn[]
  /** Of the variation; empty where there are none to reach. */
  goals: string[]
  /** Mistakes that the learner was to make: what `corrections-given: all` expects to be corrected. */
  mistakesMade: string[]
  /** The messages of the first call, as text. */
  prompt: string
}

export const goalsReached = ({ turns }: Played): string[] => turns.flatMap(({ goalsMet }) => goalsMet)

export function transcriptOf({ opener, turns }: Played): string {
  const lines = turns.flatMap(({ said, reply }) => [
    `Learner: ${said ?? '(nothing understood)'}`,
    `Partner: ${reply}`,
  ])
  return [...(opener === null ? [] : [`Partner: ${opener}`]), ...lines].join('\n')
}
