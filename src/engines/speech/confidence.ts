/** Scores are said to be right when they lie within this of the experts', of 1. */
const TOLERANCE = 0.1
/** Noise moved scores of clean speech by about this much at 10 dB and by nothing at 25 dB. */
const NOISE_ERROR = 0.12
const CLEAN_SNR_DB = 25
const NOISY_SNR_DB = 10

/**
 * Probability that a score lies within ten points of what experts would say, if the error is normal with the standard
 * error that the score models expect (learnt, plus how far they disagree) and with what the noise adds.
 */
export function confidenceOf(standardError: number, snrDb: number | null): number {
  const noise =
    snrDb === null ? 0 : Math.min(1, Math.max(0, (CLEAN_SNR_DB - snrDb) / (CLEAN_SNR_DB - NOISY_SNR_DB)))
  const error = Math.hypot(standardError, noise * NOISE_ERROR)
  return Math.round(errorFunction(TOLERANCE / (error * Math.SQRT2)) * 100) / 100
}

/** Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26, for positive arguments: within 1.5e-7. */
function errorFunction(x: number): number {
  const t = 1 / (1 + 0.3275911 * x)
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return 1 - series * Math.exp(-x * x)
}
