import type { LlmMessage, LlmUsage } from './provider.ts'

/** A rule of thumb for English text; good enough to keep a budget honest about calls that were cut. */
export const CHARACTERS_PER_TOKEN = 4

/** Above every context window on offer; a larger report is a fault of the sender. */
const MAX_CREDIBLE_TOKENS = 10_000_000

export const UNKNOWN_USAGE: LlmUsage = {
  basis: 'unknown',
  inputTokens: null,
  cachedInputTokens: null,
  outputTokens: null,
}

/** No model was asked. */
export const NO_USAGE: LlmUsage = { basis: 'none', inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }

/** A vendor's own count, as the whole input. Negative, fractional or absurd counts make all of it unknown. */
export function reportedUsage(report: {
  inputTokens: unknown
  cachedInputTokens: unknown
  outputTokens: unknown
}): LlmUsage {
  const { inputTokens, outputTokens } = report
  const cachedInputTokens = report.cachedInputTokens ?? null
  if (!isCredible(inputTokens) || !isCredible(outputTokens)) return UNKNOWN_USAGE
  if (cachedInputTokens === null) return { basis: 'reported', inputTokens, cachedInputTokens, outputTokens }
  if (!isCredible(cachedInputTokens) || cachedInputTokens > inputTokens) return UNKNOWN_USAGE
  return { basis: 'reported', inputTokens, cachedInputTokens, outputTokens }
}

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
    outputTokens: tokensIn(text.length),
  }
}

const tokensIn = (characters: number) => Math.ceil(characters / CHARACTERS_PER_TOKEN)

const isCredible = (count: unknown): count is number =>
  typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MAX_CREDIBLE_TOKENS
