import type { LinearModel } from './linear-model.ts'

/*
 * Fitted on every fourth recording of the train split of speechocean762 (Zhang et al., Interspeech 2021, CC BY 4.0):
 * 500 recordings to fit, 125 of other speakers to check. Pearson correlation with the mean of the experts on those:
 * overall 0.841, accuracy 0.828, fluency 0.898, prosody 0.878, word 0.401, phone 0.256. Read sentences of speakers
 * of Mandarin, half of them children: for other first languages, spontaneous speech and other devices unproven.
 * Again: `node tools/measure-speech.ts CORPUS OUT.jsonl`, then `node tools/fit-speech.ts OUT.jsonl`.
 */

/** The experts' 0 to 10 as 0 to 100. */
export const SENTENCE_MODELS: Record<'accuracy' | 'fluency' | 'prosody' | 'overall', LinearModel> = {
  accuracy: {
    bias: 89.87,
    weights: {
      goodnessMean: 4.254,
      goodnessDeviation: -0.49,
      marginMean: 2.621,
      shortShare: 20.1,
      coverage: 9.012,
      goodnessLow: 0.1601,
      logRate: 2.463,
      pauseShare: -11.55,
      pausesPerPhone: -29.6,
      longestPauseS: 0.2289,
      longShare: 11.25,
      durationDeviation: -20.88,
      pitchDeviation: 1.367,
    },
  },
  fluency: {
    bias: 79.22,
    weights: {
      goodnessMean: 2.806,
      goodnessDeviation: -0.1004,
      marginMean: 3.649,
      shortShare: 15.15,
      coverage: 8.706,
      goodnessLow: -0.09282,
      logRate: 4.482,
      pauseShare: -24.38,
      pausesPerPhone: -29.48,
      longestPauseS: 0.945,
      longShare: -9.516,
      durationDeviation: -14.85,
      pitchDeviation: 1.815,
    },
  },
  prosody: {
    bias: 80.12,
    weights: {
      goodnessMean: 3.386,
      goodnessDeviation: 0.07823,
      marginMean: 3.175,
      shortShare: 21.35,
      coverage: 8.366,
      goodnessLow: 0.1277,
      logRate: 3.98,
      pauseShare: -23.26,
      pausesPerPhone: -19.54,
      longestPauseS: 0.9104,
      longShare: -7.413,
      durationDeviation: -17.8,
      pitchDeviation: 1.839,
    },
  },
  overall: {
    bias: 89.16,
    weights: {
      goodnessMean: 5.021,
      goodnessDeviation: -0.7464,
      marginMean: 2.833,
      shortShare: 22.21,
      coverage: 11.39,
      goodnessLow: 0.3021,
      logRate: 3.478,
      pauseShare: -13.54,
      pausesPerPhone: -43.22,
      longestPauseS: 0.007044,
      longShare: 12.19,
      durationDeviation: -23.57,
      pitchDeviation: 1.687,
    },
  },
}

/** The experts' 0 to 10 of a word as 0 to 100. */
export const WORD_MODEL: LinearModel = {
  bias: 91.93,
  weights: {
    goodnessMean: -0.9386,
    goodnessLeast: 1.696,
    marginMean: 2.64,
    logDuration: 0.9526,
    shortShare: -3.662,
  },
}

/** The experts' 0 to 2 of a phone as 0 to 100. */
export const PHONE_MODEL: LinearModel = {
  bias: 96.51,
  weights: {
    goodness: 0.7557,
    margin: 1.664,
    logDuration: -0.5045,
    isShort: -3.366,
    isRivalled: -2.308,
  },
}

/** Is the text what was said? Area under the curve 0.964 against texts of other recordings. */
export const TEXT_SPOKEN_MODEL: LinearModel = {
  bias: 6.025,
  weights: {
    goodnessMean: 2.736,
    goodnessDeviation: 0.6783,
    marginMean: -0.5188,
    shortShare: 1.376,
    coverage: 4.881,
    omittedShare: -11.1,
  },
}

/** Is the best of eight candidates what was said? Area under the curve 0.984. */
export const CANDIDATE_SPOKEN_MODEL: LinearModel = {
  bias: 3.557,
  weights: {
    goodnessMean: 2.496,
    goodnessDeviation: 1.075,
    marginMean: 0.1371,
    shortShare: -3.376,
    coverage: 5.726,
  },
}

/** Was the word said at all? Area under the curve 0.856 against words of other texts. */
export const WORD_SPOKEN_MODEL: LinearModel = {
  bias: 1.76,
  weights: {
    goodnessMean: 0.967,
    goodnessLeast: -0.2094,
    marginMean: 0.1339,
    logDuration: 0.3679,
    shortShare: -1.059,
  },
}

/** Below this the scores shrink towards 0 with the probability: 5 in 100 fitting texts lie there, 9 in 10 others. */
export const TRUSTED_PROBABILITY = 0.4
/** Of eight candidates the right one is found for 80 in 100; without it one is claimed for 1.6 in 100. */
export const MIN_MATCH_PROBABILITY = 0.5
/** 3.7 in 100 words lie there; the experts give 44 in 100 of them under 6.5 of 10, against 11 in 100 of all words. */
export const MISPRONOUNCED_BELOW = 75
/** By so much must another phone fit better before it is named; the experts give 24 in 100 of such phones under 1 of 2. */
export const HEARD_MARGIN = 5
