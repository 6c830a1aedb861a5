/**
 * Normalised pairwise variability index (Grabe and Low, "Durational variability in speech and the rhythm class
 * hypothesis", Laboratory Phonology 7, 2002): 0 when all durations are equal; about 57 for the vowels of British
 * English. `undefined` for fewer than two durations.
 */
export function pairwiseVariability(durations: readonly number[]): number | undefined {
  if (durations.length < 2) return undefined
  const differences = durations.slice(1).map((duration, at) => {
    const before = durations[at] ?? duration
    return Math.abs(duration - before) / ((duration + before) / 2)
  })
  return (100 * differences.reduce((sum, difference) => sum + difference, 0)) / differences.length
}
