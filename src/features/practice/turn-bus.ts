import { createLiveBus, type Delta, type Interrupted, type LiveBus } from '#platform/live-bus.ts'
import type { TurnView } from './turn.ts'

type Stage = { type: 'stage' }

export type TurnSignal = Stage | Delta | Interrupted

/** Besides signals, the turns of this process as they are now: they may be further than their rows. */
export type TurnBus = LiveBus<Stage> & {
  show: (view: TurnView) => void
  /** The row says the same now, or knows better. */
  unshow: (turnId: string) => void
  shownOf: (turnId: string) => TurnView | undefined
}

export function createTurnBus(): TurnBus {
  const bus = createLiveBus<Stage>()
  const shown = new Map<string, TurnView>()
  return {
    ...bus,
    show(view) {
      shown.set(view.turnId, view)
      bus.publish(view.turnId, { type: 'stage' })
    },
    unshow(turnId) {
      shown.delete(turnId)
      bus.publish(turnId, { type: 'stage' })
    },
    shownOf: (turnId) => shown.get(turnId),
    forget(turnId) {
      shown.delete(turnId)
      bus.forget(turnId)
    },
  }
}
