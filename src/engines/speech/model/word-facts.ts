import { deviationOf, meanOf, quantileOf } from '../dsp/statistics.ts'
import type { Features } from '../linear-model.ts'
import type { WordSpan } from './align-words.ts'
import { FACT, PHONE_FEATURE_COUNT } from './phone-features.ts'
import type { SkipGain } from './skip-gain.ts'

/**
 * By name, what tells whether a word was said at all: how its phones fit the sound that they were given, and how much
 * sound that is. `features` are the rows of all phones of the text, in order; `gains` are of the words.
 */
export function wordFacts(
  words: readonly WordSpan[],
  { features, gains }: { features: Float32Array; gains: readonly SkipGain[] },
): Features[] {
  let row = 0
  return words.map(({ phones }, word) => {
    const rows = phones.map((_, at) =>
      features.subarray((row + at) * PHONE_FEATURE_COUNT, (row + at + 1) * PHONE_FEATURE_COUNT),
    )
    row += phones.length
    return { ...factsOf(rows), ...(gains[word] ?? NO_GAIN) }
  })
}

const NO_GAIN = { gain: 0, gainPerPhone: 0, nativeGain: 0 }

function factsOf(rows: readonly Float32Array[]): Features {
  const of = (at: number) => rows.map((row) => row[at] ?? 0)
  const mean = (at: number) => meanOf(of(at)) ?? 0
  return {
    posterior: mean(FACT.posterior),
    posteriorBest: Math.max(...of(FACT.posterior)),
    posteriorLeast: Math.min(...of(FACT.posterior)),
    margin: mean(FACT.margin),
    share: mean(FACT.share),
    peak: mean(FACT.peak),
    goodness: mean(FACT.goodness),
    goodnessBest: Math.max(...of(FACT.goodness)),
    goodnessLeast: Math.min(...of(FACT.goodness)),
    native: mean(FACT.native),
    nativeMargin: mean(FACT.nativeMargin),
    nativeMarginBest: Math.max(...of(FACT.nativeMargin)),
    duration: mean(FACT.duration),
    durationLeast: Math.min(...of(FACT.duration)),
    durationMost: Math.max(...of(FACT.duration)),
    phones: Math.log(rows.length || 1),
    before: rows[0]?.[FACT.before] ?? 0,
    after: rows.at(-1)?.[FACT.after] ?? 0,
  }
}

/**
 * `outside`: the share of speech in no word; `fit` and `nativeFit`: `textFit` of our posteriors and of the native ones;
 * `stretched`: `stretchedShare`.
 */
export type WholeFacts = { outside: number; fit: number; nativeFit: number; stretched: number }

/** The same for the text as a whole: whether the sound is this text. */
export function textFacts(words: readonly Features[], whole: WholeFacts): Features {
  const of = (name: string) => words.map((facts) => facts[name] ?? 0)
  const spread = (name: string) => ({
    [name]: meanOf(of(name)) ?? 0,
    [`${name}Deviation`]: deviationOf(of(name)),
    [`${name}Low`]: quantileOf(of(name), 0.25) ?? 0,
  })
  return {
    ...spread('posterior'),
    ...spread('goodness'),
    ...spread('nativeMargin'),
    ...spread('share'),
    ...spread('gainPerPhone'),
    ...spread('nativeGain'),
    durationLeast: meanOf(of('durationLeast')) ?? 0,
    words: Math.log(words.length || 1),
    ...whole,
  }
}

/** Mean of what several models saw of the same thing. */
export function meanFacts(facts: readonly Features[]): Features {
  const [first = {}] = facts
  return Object.fromEntries(
    Object.keys(first).map((name) => [name, meanOf(facts.map((one) => one[name] ?? 0)) ?? 0]),
  )
}
