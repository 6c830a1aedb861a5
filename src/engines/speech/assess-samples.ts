import type { Assessment } from './assessment.ts'
import { audioNoSpeech } from './errors.ts'
import { toClasses } from './model/align-words.ts'
import type { PhoneText } from './model/frame-graph.ts'
import type { SpeechModel } from './model/speech-model.ts'
import { hearUtterance, type Utterance } from './model/utterance.ts'
import { type Reading, readAloud } from './read-aloud.ts'
import { SAMPLE_RATE_HZ } from './sample-rate.ts'
import { scoreUtterance } from './score.ts'
import type { AssessInput } from './speech-engine.ts'
import type { PronouncingDictionary } from './words/pronouncing-dictionary.ts'
import { readWords, type SpokenWord } from './words/read-words.ts'

export type Assessor = { model: SpeechModel; dictionary: PronouncingDictionary }

/** From samples to the assessment, on one thread. */
export async function assessSamples(
  { model, dictionary }: Assessor,
  { samples, text, transcript, pronunciations = {} }: Omit<AssessInput, 'signal'>,
): Promise<Assessment> {
  const words = readWords({ dictionary, pronunciations }, text)
  const utterance = await hearUtterance(model.acoustic, samples)
  const reading = await readAloud(model, { utterance, text: phonesOf(words) })
  if (isNoSpeech(utterance, reading)) throw audioNoSpeech()
  return scoreUtterance({
    reference: text,
    transcript: transcript ?? null,
    durationMs: Math.round((samples.length / SAMPLE_RATE_HZ) * 1_000),
    texts: words.map((word) => word.text),
    utterance,
    reading,
  })
}

/** Sound that is surely the text is speech, whatever its level and pitch say. */
const SURE_TEXT_PROBABILITY = 0.95

export const isNoSpeech = ({ analysis }: Utterance, { textProbability }: Pick<Reading, 'textProbability'>) =>
  analysis.quality.reason === 'no_speech' && textProbability < SURE_TEXT_PROBABILITY

export const phonesOf = (words: readonly SpokenWord[]): PhoneText =>
  words.map(({ pronunciations }) => pronunciations.map(toClasses))
