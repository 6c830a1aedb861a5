import { createLeaseRunner, type LeaseRunner, type LeaseRunnerDeps } from '#platform/lease-runner.ts'
import { turnDelayed } from './errors.ts'
import { turnLeases } from './lease-queries.ts'
import type { TurnKey } from './turn-queries.ts'

export type TurnRunner = LeaseRunner<TurnKey>

/** Works on the turns of this process. */
export const createTurnRunner = (
  deps: Omit<LeaseRunnerDeps<TurnKey>, 'leases' | 'idOf' | 'delayed'>,
): TurnRunner =>
  createLeaseRunner({
    ...deps,
    leases: turnLeases,
    idOf: ({ turnId }) => turnId,
    delayed: turnDelayed,
  })
