import type { GatewayDeps } from '#engines/llm/gateway.ts'
import type { LikelyCall, TurnCalls } from '#engines/llm/turn-calls.ts'
import {
  type BudgetGate,
  dayOf,
  type ExpectedCall,
  type ExpectedCalls,
  type SpentBudget,
} from '#features/usage/index.ts'
import type { Db, RootDb } from '#platform/db/db.ts'

export type TurnCallsDeps = {
  db: RootDb
  now: () => Date
  expected: ExpectedCalls
  gate: BudgetGate
  routeFor: GatewayDeps['routeFor']
  modelOfPrompt: (db: Db, promptVersionId: string) => Promise<string | undefined>
}

/** The calls of turns, each recorded under the model that its route asks first. */
export function createTurnCalls({
  db,
  now,
  expected,
  gate,
  routeFor,
  modelOfPrompt,
}: TurnCallsDeps): TurnCalls {
  const firstTargetOf = async (tx: Db, { purpose, promptVersionId, needsModel = false }: LikelyCall) =>
    routeFor(purpose, await modelOfPrompt(tx, promptVersionId)).find(
      ({ provider }) => !(needsModel && provider.scripted),
    )
  return {
    async place(tx, { calls, ...turn }) {
      const expectable: ExpectedCall[] = []
      let isBilled = false
      for (const call of calls) {
        const target = await firstTargetOf(tx, call)
        if (!target) continue
        const { purpose, promptVersionId } = call
        const { provider, model } = target
        isBilled ||= !provider.scripted
        expectable.push({ ...turn, purpose, promptVersionId, provider: provider.name, model })
      }
      const at = now()
      const { part, placed } = expected.place(expectable, at)
      const expect = (budgets?: readonly SpentBudget[]) => {
        expected.expect(turn.turnId, placed)
        if (isBilled && budgets) gate.keep(turn.turnId, { at, budgets })
      }
      return { part, budgetDay: dayOf(at), expect }
    },
    open: expected.open,
    settle: expected.settle,
    close(turnId) {
      gate.forget(turnId)
      return expected.close(db, turnId)
    },
  }
}
