/** Arithmetic mean; `undefined` of nothing. */
export function meanOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Population standard deviation; 0 for fewer than two values. */
export function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values)
  if (mean === undefined || values.length < 2) return 0
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

/** Linear interpolation between the order statistics (definition 7 of Hyndman and Fan, 1996); `undefined` of nothing. */
export function quantileOf(values: Iterable<number>, share: number): number | undefined {
  const sorted = Float64Array.from(values).sort()
  const position = share * (sorted.length - 1)
  const below = sorted[Math.floor(position)]
  const above = sorted[Math.ceil(position)]
  if (below === undefined || above === undefined) return undefined
  return below + (above - below) * (position - Math.floor(position))
}
