import type { LlmFinish, LlmRequest, LlmUsage } from './provider.ts'

/** Whose call it is, what caused it, and the prompt it was made from. */
export type Attribution = {
  appId: string
  userId: string
  turnId: string | null
  promptVersion?: string | null
}

export type LlmReply = {
  /** Never blank when `finish` is `stop` or `length`; may be empty when filtered or refused. */
  text: string
  finish: LlmFinish
  provider: string
  model: string
  scripted: boolean
  usage: LlmUsage
}

/**
 * How a feature asks for text. `onDelta` sees the reply grow; the deltas joined are `text`. What was shown is
 * settled only when the promise resolves: a rejection after deltas means the reply was cut or could not be ledgered.
 */
export type Complete = (
  request: LlmRequest,
  options: { attribution: Attribution; onDelta?: (text: string) => void; signal?: AbortSignal },
) => Promise<LlmReply>
