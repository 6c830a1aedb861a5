/** What a provider asked for a model while the price was valid. */
export type Price = {
  id: string
  provider: string
  /** Names as they are asked for or served; one that ends in `*` stands for all that begin so. */
  models: readonly string[]
  /** Calendar days in UTC, the last one included; open when absent. */
  validFrom: string
  validUntil: string | undefined
  /** A micro-dollar a token is a dollar a million tokens. */
  microUsdPerToken: { input: number; cachedInput: number; cacheWrite: number; output: number }
  microUsdPerAudioMinute: number | undefined
}

export type PricedUsage = {
  basis: 'reported' | 'estimated' | 'unknown' | 'none'
  inputTokens: number | null
  cachedInputTokens: number | null
  cacheWriteTokens: number | null
  outputTokens: number | null
  audioMs: number | null
}

const MS_PER_MINUTE = 60_000

/** The price of a call by the name that was served, else by the name that was asked for. */
export function findPrice(
  prices: readonly Price[],
  { provider, names, on }: { provider: string; names: readonly string[]; on: string },
): Price | undefined {
  const valid = prices.filter((price) => price.provider === provider && isValidOn(price, on))
  for (const name of names) {
    const found =
      valid.find(({ models }) => models.includes(name)) ??
      valid.find(({ models }) => models.some((pattern) => isLike(name, pattern)))
    if (found) return found
  }
  return undefined
}

export const isValidOn = ({ validFrom, validUntil }: Price, on: string) =>
  validFrom <= on && (validUntil === undefined || on <= validUntil)

const isLike = (name: string, pattern: string) =>
  pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))

/** Smaller parts of a micro-dollar are not kept. */
const PARTS = 1_000_000

/**
 * In micro-dollars; a small call costs a part of one. Null where the price or the usage is unknown, which is not the same as
 * free.
 */
export function costMicroUsd(usage: PricedUsage, price: Price | undefined): number | null {
  if (usage.basis === 'none') return 0
  if (!price) return null
  const tokens = tokenCost(usage, price)
  const audio = audioCost(usage, price)
  return tokens === null && audio === null ? null : Math.round(((tokens ?? 0) + (audio ?? 0)) * PARTS) / PARTS
}

function tokenCost(usage: PricedUsage, { microUsdPerToken }: Price): number | null {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens } = usage
  if (inputTokens === null || outputTokens === null) return null
  const cached = cachedInputTokens ?? 0
  const written = cacheWriteTokens ?? 0
  return (
    (inputTokens - cached - written) * microUsdPerToken.input +
    cached * microUsdPerToken.cachedInput +
    written * microUsdPerToken.cacheWrite +
    outputTokens * microUsdPerToken.output
  )
}

function audioCost({ audioMs }: PricedUsage, { microUsdPerAudioMinute }: Price): number | null {
  if (audioMs === null || microUsdPerAudioMinute === undefined) return null
  return (audioMs / MS_PER_MINUTE) * microUsdPerAudioMinute
}
