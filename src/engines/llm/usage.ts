import type { LlmMessage, LlmUsage } from './provider.ts'

/** A rule of thumb for English text; good enough to keep a budget honest about calls that were cut. */
export const CHARACTERS_PER_TOKEN = 4

/** Above every context window on offer; a larger report is a fault of the sender. */
const MAX_CREDIBLE_TOKENS = 10_000_000

export const UNKNOWN_USAGE: LlmUsage = {
  basis: 'unknown',
  inputTokens: null,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  outputTokens: null,
  reasoningTokens: null,
}

/** No model was asked. */
export const NO_USAGE: LlmUsage = {
  basis: 'none',
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
}

/** As the vendor says it; what it does not say is undefined or null. */
export type UsageReport = Record<
  'inputTokens' | 'cachedInputTokens' | 'cacheWriteTokens' | 'outputTokens' | 'reasoningTokens',
  unknown
>

/**
 * A vendor's own count, as the whole input and output. Negative, fractional or absurd counts, and parts that are more
 * than their whole, make all of it unknown.
 */
export function reportedUsage(report: Partial<UsageReport>): LlmUsage {
  const { inputTokens, outputTokens } = report
  if (!isCredible(inputTokens) || !isCredible(outputTokens)) return UNKNOWN_USAGE
  const cachedInputTokens = report.cachedInputTokens ?? null
  const cacheWriteTokens = report.cacheWriteTokens ?? null
  const reasoningTokens = report.reasoningTokens ?? null
  if (!isPart(cachedInputTokens) || !isPart(cacheWriteTokens) || !isPart(reasoningTokens))
    return UNKNOWN_USAGE
  if ((cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0) > inputTokens) return UNKNOWN_USAGE
  if ((reasoningTokens ?? 0) > outputTokens) return UNKNOWN_USAGE
  return {
    basis: 'reported',
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens,
  }
}

const isPart = (count: unknown): count is number | null => count === null || isCredible(count)

/** For a reply that was cut, so that its usage report never came. `inputTokens` where the vendor told them early. */
export function estimatedUsage(
  messages: LlmMessage[],
  { text, inputTokens }: { text: string; inputTokens: number | undefined },
): LlmUsage {
  const inputCharacters = messages.reduce((sum, message) => sum + message.text.length, 0)
  return {
    basis: 'estimated',
    inputTokens: isCredible(inputTokens) ? inputTokens : tokensIn(inputCharacters),
    cachedInputTokens: null,
    cacheWriteTokens: null,
    outputTokens: tokensIn(text.length),
    reasoningTokens: null,
  }
}

const tokensIn = (characters: number) => Math.ceil(characters / CHARACTERS_PER_TOKEN)

const isCredible = (count: unknown): count is number =>
  typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MAX_CREDIBLE_TOKENS
