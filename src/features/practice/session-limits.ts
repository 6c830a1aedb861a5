import type { OverReason, Session } from './session.ts'
import type { TurnView } from './turn.ts'
import type { Variation } from './variation.ts'

/** Of every session whose variation does not say otherwise. */
export type SessionLimits = { maxMinutes: number; maxCostMicroUsd: number }

export type LimitsContext = {
  session: Session
  variation: Variation
  now: () => Date
  sessionLimits: SessionLimits
  /** What the calls of these turns have cost so far, as far as there is a price. */
  costOfTurns: (key: { userId: string; turnIds: string[] }) => Promise<number>
}

const MICRO = 1_000_000
const MS_PER_MINUTE = 60_000

/** The limit that the session reaches with this turn, if any: the partner then closes, and no further turn is taken. */
export async function reachedLimit(
  context: LimitsContext,
  { view, before }: { view: TurnView; before: readonly TurnView[] },
): Promise<OverReason | null> {
  const { session, variation, sessionLimits } = context
  const { max_turns, max_minutes } = variation.limits
  if (before.length + 1 >= max_turns) return 'turn_limit'
  const minutes = (context.now().getTime() - session.startedAt.getTime()) / MS_PER_MINUTE
  if (minutes >= (max_minutes ?? sessionLimits.maxMinutes)) return 'time_limit'
  return (await isCostReached(context, { view, before })) ? 'cost_limit' : null
}

export async function isCostReached(
  { variation, sessionLimits, costOfTurns }: LimitsContext,
  { view, before }: { view: TurnView; before: readonly TurnView[] },
): Promise<boolean> {
  const { max_cost_usd } = variation.limits
  const limit = max_cost_usd === undefined ? sessionLimits.maxCostMicroUsd : Math.round(max_cost_usd * MICRO)
  const turnIds = [...before.map(({ turnId }) => turnId), view.turnId]
  return (await costOfTurns({ userId: view.userId, turnIds })) >= limit
}
