import type { Span } from './speech-activity.ts'

const WINDOW = 256
/** Frames looked at, spread over the speech: enough for a mean spectrum, and the same cost for any length. */
const FRAMES = 150
/** A band this far below the strongest one holds hardly any speech, but the noise of a telephone's coding. */
const FLOOR_DB = 45

/** The highest frequency in Hz that the speech reaches, by its mean spectrum; `undefined` without speech. */
export function bandwidthOf(
  samples: Float32Array,
  spans: readonly Span[],
  sampleRateHz: number,
): number | undefined {
  const starts = spread(framesOf(spans, sampleRateHz, samples.length), FRAMES)
  if (starts.length === 0) return undefined
  const power = new Float64Array(WINDOW / 2 + 1)
  for (const start of starts) addPower(power, samples.subarray(start, start + WINDOW))
  const floor = Math.max(...power) * 10 ** (-FLOOR_DB / 10)
  const highest = power.findLastIndex((value) => value > floor)
  return Math.round((highest * sampleRateHz) / WINDOW)
}

/** First samples of the windows that lie in speech. */
function framesOf(spans: readonly Span[], sampleRateHz: number, length: number): number[] {
  return spans.flatMap(({ startMs, endMs }) => {
    const first = Math.round((startMs * sampleRateHz) / 1_000)
    const last = Math.min(length, Math.round((endMs * sampleRateHz) / 1_000))
    return Array.from(
      { length: Math.max(0, Math.floor((last - first) / WINDOW)) },
      (_, at) => first + at * WINDOW,
    )
  })
}

function spread<T>(items: readonly T[], count: number): T[] {
  const step = Math.max(1, Math.ceil(items.length / count))
  return items.filter((_, at) => at % step === 0)
}

const ANGLE = (2 * Math.PI) / WINDOW
const COSINES = Float64Array.from({ length: WINDOW }, (_, at) => Math.cos(at * ANGLE))
const SINES = COSINES.map((_, at) => COSINES[(at + (3 * WINDOW) / 4) % WINDOW] ?? 0)
const HANN = COSINES.map((value) => 0.5 - 0.5 * value)

/** A plain discrete Fourier transform: the windows are few and short. */
function addPower(power: Float64Array, frame: Float32Array): void {
  const windowed = HANN.map((weight, at) => weight * (frame[at] ?? 0))
  for (let bin = 0; bin < power.length; bin += 1) {
    let real = 0
    let imaginary = 0
    // The window is a power of two, so that a mask takes the turn back into the circle.
    for (let at = 0, turn = 0; at < WINDOW; at += 1, turn = (turn + bin) & (WINDOW - 1)) {
      const value = windowed[at] ?? 0
      real += value * (COSINES[turn] ?? 0)
      imaginary += value * (SINES[turn] ?? 0)
    }
    power[bin] = (power[bin] ?? 0) + real * real + imaginary * imaginary
  }
}
