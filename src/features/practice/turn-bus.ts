import { createLiveBus, type Delta, type Interrupted, type LiveBus } from '#platform/live-bus.ts'

type Stage = { type: 'stage' }

export type TurnSignal = Stage | Delta | Interrupted
export type TurnBus = LiveBus<Stage>

export const createTurnBus = (): TurnBus => createLiveBus<Stage>()
