import type { LlmMessage, LlmUsage } from './provider.ts'
import { countMessageTokens, countTokens } from './tokens.ts'

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

/** A question has input, and a text has output: a report of zero beside them was never counted. */
export const isBelievable = ({ basis, inputTokens, outputTokens }: LlmUsage, text: string): boolean =>
  basis !== 'reported' || (inputTokens !== 0 && (outputTokens !== 0 || text === ''))

/** Where the vendor reported nothing, such as for a reply that was cut. `inputTokens` where it told them early. */
export async function estimatedUsage(
  messages: readonly LlmMessage[],
  { text, inputTokens }: { text: string; inputTokens: number | undefined },
): Promise<LlmUsage> {
  return {
    basis: 'estimated',
    inputTokens: isCredible(inputTokens) ? inputTokens : await countMessageTokens(messages),
    cachedInputTokens: null,
    cacheWriteTokens: null,
    outputTokens: await countTokens(text),
    reasoningTokens: null,
  }
}

export const isCredible = (count: unknown): count is number =>
  typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MAX_CREDIBLE_TOKENS
