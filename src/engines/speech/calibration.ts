import type { LinearModel } from './linear-model.ts'

// Measured on the train split of speechocean762 (Zhang et al., "speechocean762: An Open-Source Non-native English Speech
// Corpus For Pronunciation Assessment", Interspeech 2021; CC BY 4.0), as labelled in December 2020: every fourth
// recording, 500 of 100 speakers to fit and 125 of 25 other speakers to check. Its speakers read English sentences,
// have Mandarin as first language, and half of them are children: what holds for others is not known. Measure again with
// `node tools/measure-speech.ts` and `node tools/fit-speech.ts`.

/**
 * Mean score of the experts, 0 to 100, from features of the utterance. On the speakers left out, Pearson (Spearman):
 * accuracy .830 (.706), fluency .898 (.837), prosody .878 (.817), overall .843 (.721).
 */
export const SENTENCE_MODELS: Readonly<Record<'accuracy' | 'fluency' | 'prosody' | 'overall', LinearModel>> =
  {
    accuracy: {
      bias: 93.96,
      weights: {
        goodnessMean: 6.034,
        marginMean: 3.82,
        shortShare: 26.26,
        coverage: 11.41,
        logRate: 2.801,
        pauseShare: -14.95,
        pausesPerPhone: -41.03,
        longShare: 15,
        durationDeviation: -28.19,
        pitchDeviation: 1.846,
      },
    },
    fluency: {
      bias: 80.51,
      weights: {
        goodnessMean: 3.19,
        marginMean: 4.561,
        shortShare: 18.84,
        coverage: 9.989,
        logRate: 4.894,
        pauseShare: -24.66,
        pausesPerPhone: -41.79,
        longShare: -11.11,
        durationDeviation: -18.56,
        pitchDeviation: 2.255,
      },
    },
    prosody: {
      bias: 82.36,
      weights: {
        goodnessMean: 4.266,
        marginMean: 4.098,
        shortShare: 27.25,
        coverage: 10.05,
        logRate: 4.409,
        pauseShare: -24.09,
        pausesPerPhone: -30.09,
        longShare: -8.915,
        durationDeviation: -22.71,
        pitchDeviation: 2.33,
      },
    },
    overall: {
      bias: 92.97,
      weights: {
        goodnessMean: 7.166,
        marginMean: 4.127,
        shortShare: 27.72,
        coverage: 14.04,
        logRate: 3.972,
        pauseShare: -18.85,
        pausesPerPhone: -55.95,
        longShare: 15.59,
        durationDeviation: -30.87,
        pitchDeviation: 2.201,
      },
    },
  }

/** Mean accuracy of a word, 0 to 100. On the speakers left out: Pearson .399. */
export const WORD_MODEL: LinearModel = {
  bias: 92.11,
  weights: {
    goodnessMean: -2.266,
    goodnessLeast: 4.093,
    marginMean: 6.371,
    logDuration: 2.299,
    shortShare: -8.839,
  },
}

/** Mean score of a phone, 0 to 100. On the speakers left out: Pearson .257. */
export const PHONE_MODEL: LinearModel = {
  bias: 104.2,
  weights: {
    goodness: 2.504,
    margin: 5.514,
    logDuration: -1.672,
    isShort: -11.15,
    isRivalled: -7.649,
  },
}

/** Whether the text was said, against another text of the corpus. AUC .9637 on the speakers left out. */
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

/** Whether the best of eight candidates was said, against eight others. AUC .9809 on the speakers left out. */
export const CANDIDATE_SPOKEN_MODEL: LinearModel = {
  bias: 3.398,
  weights: {
    goodnessMean: 2.281,
    goodnessDeviation: 1.008,
    marginMean: 0.135,
    shortShare: -5.286,
    coverage: 5.341,
  },
}

/** Whether a word was said, against words of another text laid over the sound. AUC .8563 on the speakers left out. */
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

/** Below this probability of TEXT_SPOKEN_MODEL scores fall in proportion: something else was said. */
export const TRUSTED_PROBABILITY = 0.3

/** Below this probability of CANDIDATE_SPOKEN_MODEL none of the candidates was said. */
export const MIN_MATCH_PROBABILITY = 0.5

/** Words that score lower are shown as mispronounced. */
export const MISPRONOUNCED_BELOW = 60

/** How much better per frame a rival phone has to fit before it is named. */
export const HEARD_MARGIN = 5
