import { z } from 'zod'
import type { LlmUsage } from '../provider.ts'
import { isCredible, reportedUsage, UNKNOWN_USAGE } from '../usage.ts'

export const OpenAiUsage = z.object({
  prompt_tokens: z.unknown(),
  completion_tokens: z.unknown(),
  total_tokens: z.unknown().optional(),
  prompt_tokens_details: z.object({ cached_tokens: z.unknown() }).partial().nullish(),
  completion_tokens_details: z.object({ reasoning_tokens: z.unknown() }).partial().nullish(),
})

/**
 * Vendors bill the total. What it has beyond prompt and completion is output that nobody sees: some servers count
 * reasoning outside the completion. A total below its parts makes all of it unknown.
 */
export function usageOf(usage: z.output<typeof OpenAiUsage>): LlmUsage {
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage
  const reasoningTokens = usage.completion_tokens_details?.reasoning_tokens ?? null
  const report = {
    inputTokens,
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens,
    outputTokens,
    reasoningTokens,
  }
  if (!isCredible(inputTokens) || !isCredible(outputTokens)) return UNKNOWN_USAGE
  const total = usage.total_tokens
  // Some servers leave the total at zero.
  if (isCredible(total) && total > 0) {
    if (total < inputTokens + outputTokens) return UNKNOWN_USAGE
    return reportedUsage({ ...report, outputTokens: total - inputTokens })
  }
  const isOutside = isCredible(reasoningTokens) && reasoningTokens > outputTokens
  return reportedUsage({ ...report, outputTokens: isOutside ? outputTokens + reasoningTokens : outputTokens })
}
