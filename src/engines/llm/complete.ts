import type { EmbedRequest, LlmFinish, LlmRequest, LlmUsage } from './provider.ts'

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

export type LlmEmbeddings = {
  /** One for each text, in order, all of one length. */
  vectors: number[][]
  provider: string
  /** As it was asked for: vectors of two models say nothing of each other. */
  model: string
  dimensions: number
}

/**
 * How a feature asks for vectors, in batches as large as vendors take. `model` keeps to the targets of the route that
 * serve it, for texts that are to be compared with vectors which are kept.
 */
export type Embed = (
  request: Omit<EmbedRequest, 'purpose'>,
  options: { attribution: Attribution; signal?: AbortSignal; model?: string | undefined },
) => Promise<LlmEmbeddings>
