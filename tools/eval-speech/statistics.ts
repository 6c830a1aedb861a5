/** Pearson's correlation; NaN for fewer than two pairs or no variance. */
export function pearson(one: readonly number[], other: readonly number[]): number {
  const meanOne = mean(one)
  const meanOther = mean(other)
  let covariance = 0
  let varianceOne = 0
  let varianceOther = 0
  for (const [at, value] of one.entries()) {
    const a = value - meanOne
    const b = (other[at] ?? 0) - meanOther
    covariance += a * b
    varianceOne += a * a
    varianceOther += b * b
  }
  return covariance / Math.sqrt(varianceOne * varianceOther)
}

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

export function deviation(values: readonly number[]): number {
  const centre = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
}

/** Values minus the mean of their group. */
export function withinGroups(values: readonly number[], groups: readonly string[]): number[] {
  const members = Map.groupBy(values.keys(), (at) => groups[at] ?? '')
  const means = new Map([...members].map(([group, own]) => [group, mean(own.map((at) => values[at] ?? 0))]))
  return values.map((value, at) => value - (means.get(groups[at] ?? '') ?? 0))
}
