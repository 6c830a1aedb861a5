import { createLiveBus, type Delta, type Interrupted, type LiveBus } from '#platform/live-bus.ts'

type Progress =
  | { type: 'ended' }
  /** What was spoken has words now. */
  | { type: 'heard' }

export type ReplySignal = Progress | Delta | Interrupted
export type ReplyBus = LiveBus<Progress>

export const createReplyBus = (): ReplyBus => createLiveBus<Progress>()
