import { alignText } from './align.ts'
import type { Assessment } from './assessment.ts'
import { withPeak } from './dsp/peak.ts'
import { analyseAudio } from './dsp/quality.ts'
import { audioNoSpeech } from './errors.ts'
import { rateWords } from './goodness.ts'
import { readText } from './lexicon.ts'
import type { Recognizer } from './recognizer.ts'
import { SAMPLE_RATE_HZ } from './sample-rate.ts'
import { scoreUtterance } from './score.ts'
import type { AssessInput } from './speech-engine.ts'
import { shiftBy, trimToSpeech } from './trim.ts'

/** From samples to the assessment, on one thread. */
export function assessSamples(
  recognizer: Recognizer,
  { samples, text, transcript, pronunciations = {} }: Omit<AssessInput, 'signal'>,
): Assessment {
  const reference = readText({ dictionary: recognizer, pronunciations }, text)
  const { quality, spans, frequenciesHz } = analyseAudio(samples, SAMPLE_RATE_HZ)
  if (quality.reason === 'no_speech') throw audioNoSpeech()

  const trimmed = trimToSpeech(samples, spans)
  const aligned = alignText(recognizer, { samples: withPeak(trimmed.samples), words: reference })
  const sounds = shiftBy(aligned.sounds, trimmed.offsetMs)
  const words = aligned.words.map((word) =>
    word.status === 'omitted' ? word : { ...word, phones: shiftBy(word.phones, trimmed.offsetMs) },
  )
  return scoreUtterance({
    reference: text,
    transcript: transcript ?? null,
    durationMs: Math.round((samples.length / SAMPLE_RATE_HZ) * 1_000),
    quality,
    words: rateWords(words, sounds),
    sounds,
    frequenciesHz,
  })
}
