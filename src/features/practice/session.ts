import type { Level } from '#engines/language/levels.ts'
import type { CorrectionKind } from './corrections.ts'

export type CompletionStatus = 'in_progress' | 'completed' | 'abandoned' | 'paused'

/** The limit at which the partner closed; no further turn is taken. */
export type OverReason = 'turn_limit' | 'time_limit' | 'cost_limit'

export type Suggestion = {
  kind: 'pronunciation' | 'wording' | 'goal' | 'correction' | 'vocabulary'
  text: string
}

export type HighlightedMistake = {
  turnNumber: number
  said: string
  correction: string
  explanation: unknown
  /** What a model judged; absent for a mistake that the author wrote down. */
  kind?: CorrectionKind
  /** Where it stands in what was said. */
  start?: number
  end?: number
}

/** What happened outside of turns, in order. */
export type AiInteraction = {
  kind: 'opener' | 'hint' | 'completion'
  /** What the partner side said, if it said anything. */
  text?: unknown
  level?: number
  idempotencyKey?: string
  /** Of the request with that key, where requests can differ. */
  requestHash?: string
  at: string
}

export type SessionScores = {
  overall: number | null
  pronunciation: number | null
  fluency: number | null
  appropriateness: number | null
}

export type Session = {
  sessionId: string
  userId: string
  situationId: string
  variationId: string
  situationVersionId: string
  variationVersionId: string
  promptVersionId: string
  /** Of the prompt that judges the words; null for sessions that began before there was one. */
  judgePromptVersionId: string | null
  requestHash: string
  /** What the partner's lines are kept to; null for sessions that began before there was a measure. */
  level: Level | null
  overReason: OverReason | null
  opener: string
  startedAt: Date
  endedAt: Date | null
  durationSeconds: number | null
  status: CompletionStatus
  aiInteractions: AiInteraction[]
  scores: SessionScores
  suggestions: Suggestion[] | null
  mistakes: HighlightedMistake[] | null
  difficultyRating: number | null
  satisfactionRating: number | null
}

/** What an earlier request with this key did. */
export const interactionWith = (
  { aiInteractions }: Session,
  { kind, idempotencyKey }: { kind: AiInteraction['kind']; idempotencyKey: string | undefined },
): AiInteraction | undefined =>
  idempotencyKey === undefined
    ? undefined
    : aiInteractions.find((one) => one.kind === kind && one.idempotencyKey === idempotencyKey)

/** Levels count from 1; 0 without a hint. The last hint, shown again, is no further help. */
export const highestHintLevel = ({ aiInteractions }: Session) =>
  Math.max(0, ...aiInteractions.map(({ level }) => level ?? 0))

export const hintsGiven = ({ aiInteractions }: Session) =>
  aiInteractions.filter(({ kind }) => kind === 'hint').length
