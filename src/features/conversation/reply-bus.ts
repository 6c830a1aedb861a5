import { createLiveBus, type Delta, type Interrupted, type LiveBus } from '#platform/live-bus.ts'
import type { Exchange } from './conversation.ts'

type Progress =
  /** `exchange`: as it was stored, where nothing but the reply changed since the message was accepted. */
  | { type: 'ended'; exchange: Exchange | undefined }
  /** What was spoken has words now. */
  | { type: 'heard' }

export type ReplySignal = Progress | Delta | Interrupted
export type ReplyBus = LiveBus<Progress>

export const createReplyBus = (): ReplyBus => createLiveBus<Progress>()
