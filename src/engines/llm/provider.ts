export type LlmMessage = { role: 'system' | 'user' | 'assistant'; text: string }

/** What a provider without a model plays instead of thinking: authored lines. Providers with a model ignore it. */
export type Script = {
  /** What the learner may say, and the line that answers it; the best match with the last user message wins. */
  exchanges: { says: string; reply: string }[]
  /** Said in turn when nothing matches; the last one repeats. */
  otherwise: string[]
  /** How many earlier turns had no match: the place in `otherwise`. */
  misses: number
}

/** What the answer must look like, for calls that are read by a program. */
export type OutputFormat = {
  name: string
  /** JSON Schema, draft 2020-12. */
  schema: Record<string, unknown>
}

export type LlmRequest = {
  /** What the call is for, such as `practice.reply`; the ledger groups by it. */
  purpose: string
  messages: LlmMessage[]
  maxOutputTokens: number
  /** Sent to models that take one. */
  temperature?: number | undefined
  /** `provider/model` to ask where no route is configured for the purpose. */
  model?: string | undefined
  output?: OutputFormat
  /** Left out for models that take none. */
  seed?: number
  script?: Script
}

/**
 * `inputTokens` is the whole input, `cachedInputTokens` the part of it read from the vendor's cache and
 * `cacheWriteTokens` the part written to it, whatever the vendor calls input; `reasoningTokens` is the part of the
 * output that nobody sees. `reported` by the vendor, `estimated` by us for a stream that was cut, `unknown` (all
 * null) where the report is missing or absurd, `none` (all zero) where no model was asked and nothing is billed.
 */
export type LlmUsage = {
  basis: 'reported' | 'estimated' | 'unknown' | 'none'
  inputTokens: number | null
  cachedInputTokens: number | null
  cacheWriteTokens: number | null
  outputTokens: number | null
  reasoningTokens: number | null
}

/** `length`: cut by a token limit. `filtered`: cut by the vendor's filter. `refused`: the model declined. */
export type LlmFinish = 'stop' | 'length' | 'filtered' | 'refused'

export type LlmEvent =
  /** Optional, before the text: what is known of an answer that may yet be cut. */
  | {
      type: 'start'
      model?: string | undefined
      providerRequestId?: string | undefined
      inputTokens?: number | undefined
    }
  | { type: 'delta'; text: string }

/** How a whole answer ended. */
export type LlmEnd = {
  finish: LlmFinish
  usage: LlmUsage
  model: string
  providerRequestId?: string | undefined
}

/** May throw, and the attempt is over. */
export type HearLlm = (event: LlmEvent) => void

/** How a model is made to keep a format: by its own means, by a tool that it must call, or by words alone. */
export type StructuredMeans = 'json_schema' | 'tool' | 'none'

export type LlmCall = {
  model: string
  signal: AbortSignal
  /** How `output` is asked for; the vendor's own means when absent. */
  structured?: StructuredMeans
}

export type EmbedRequest = {
  purpose: string
  texts: readonly string[]
  /** The model's own when absent. */
  dimensions?: number | undefined
}

export type EmbedAnswer = {
  /** One for each text, in order. */
  vectors: number[][]
  usage: LlmUsage
  model: string
  providerRequestId?: string | undefined
}

/**
 * One vendor. `stream` makes exactly one attempt: it tells `hear` what comes, as it comes, and resolves with the end, or
 * rejects with one of `errors.ts`. Retries, time limits, size limits and the ledger are the gateway's.
 */
export type LlmProvider = {
  name: string
  /** Plays authored lines instead of asking a model; replies say so. */
  scripted: boolean
  stream(request: LlmRequest, call: LlmCall, hear: HearLlm): Promise<LlmEnd>
  /** Absent where the vendor has no embeddings. One attempt as well. */
  embed?(request: EmbedRequest, call: LlmCall): Promise<EmbedAnswer>
}
