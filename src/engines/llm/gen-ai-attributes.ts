/**
 * What we know of an attempt, and what the semantic conventions for generative AI call it. The one place to change
 * when they do: in November 2026 they are in development and have moved to a repository of their own
 * (open-telemetry/semantic-conventions-genai). What they have no name for is ours.
 */
export const GEN_AI_ATTRIBUTES = {
  operation: 'gen_ai.operation.name',
  vendor: 'gen_ai.provider.name',
  askedModel: 'gen_ai.request.model',
  maxOutputTokens: 'gen_ai.request.max_tokens',
  temperature: 'gen_ai.request.temperature',
  seed: 'gen_ai.request.seed',
  isStreamed: 'gen_ai.request.stream',
  outputType: 'gen_ai.output.type',
  dimensions: 'gen_ai.embeddings.dimension.count',
  servedModel: 'gen_ai.response.model',
  finishes: 'gen_ai.response.finish_reasons',
  firstTokenS: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedInputTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  errorCode: 'error.type',
  provider: 'malgil.provider',
  purpose: 'malgil.purpose',
  attempt: 'malgil.attempt',
  outcome: 'malgil.outcome',
  usageBasis: 'malgil.usage.basis',
  callId: 'malgil.call.id',
  providerRequestId: 'malgil.provider_request.id',
} as const

export type GenAiField = keyof typeof GEN_AI_ATTRIBUTES
type Value = string | number | boolean | string[]

/** Without what is not known. Never given words of anybody: counts, names and ids only. */
export function toGenAiAttributes(
  fields: Partial<Record<GenAiField, Value | null | undefined>>,
): Record<string, Value> {
  const attributes: Record<string, Value> = {}
  for (const [field, name] of Object.entries(GEN_AI_ATTRIBUTES)) {
    const value = isField(field) ? fields[field] : undefined
    if (value !== null && value !== undefined) attributes[name] = value
  }
  return attributes
}

const isField = (name: string): name is GenAiField => name in GEN_AI_ATTRIBUTES
