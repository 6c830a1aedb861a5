import { alignAll, findSounds, isSpoken, toSlot } from './align.ts'
import { CANDIDATE_SPOKEN_MODEL, MIN_MATCH_PROBABILITY, WORD_SPOKEN_MODEL } from './calibration.ts'
import { withPeak } from './dsp/peak.ts'
import { analyseAudio } from './dsp/quality.ts'
import { audioNoSpeech } from './errors.ts'
import { type Features, utteranceFeatures, wordFeatures } from './features.ts'
import { type RatedWord, rateWords } from './goodness.ts'
import { choiceGrammar, PHONE_PREFIX } from './grammar.ts'
import { findWords, type ReferenceWord } from './lexicon.ts'
import { predictProbability } from './linear-model.ts'
import { withoutVariant } from './omissions.ts'
import type { Recognizer } from './recognizer.ts'
import { SAMPLE_RATE_HZ } from './sample-rate.ts'
import type { MatchedWord, MatchInput, MatchResult } from './speech-engine.ts'
import { trimToSpeech } from './trim.ts'

type Candidate = { index: number; words: ReferenceWord[] }
type Winner = { candidate: Candidate; words: RatedWord[]; features: Features | undefined }

/**
 * Which of the candidates was said. The best one is found by a grammar of them all, which always finds one; it is
 * then refused unless the sound fits it about as well as sound fits what was really said (see `calibration.ts`).
 */
export function matchResponses(
  recognizer: Recognizer,
  { samples, candidates, pronunciations = {} }: Omit<MatchInput, 'signal'>,
): MatchResult {
  const { quality, spans, frequenciesHz } = analyseAudio(samples, SAMPLE_RATE_HZ)
  if (quality.reason === 'no_speech') throw audioNoSpeech()
  const speakable = candidates
    .map((text, index) => ({ index, words: findWords({ dictionary: recognizer, pronunciations }, text) }))
    .filter(({ words }) => words.some(({ entries }) => entries.length > 0))

  const trimmed = trimToSpeech(samples, spans)
  const best = findBest(recognizer, {
    samples: withPeak(trimmed.samples),
    candidates: speakable,
    frequenciesHz,
  })
  if (!best?.features) return { status: 'no_match', confidence: 0 }
  const confidence = roundShare(predictProbability(CANDIDATE_SPOKEN_MODEL, best.features))
  if (confidence < MIN_MATCH_PROBABILITY) return { status: 'no_match', confidence }
  const { index } = best.candidate
  const words = best.words.map((word) => toMatchedWord(word, trimmed.offsetMs))
  return { status: 'matched', index, text: candidates[index] ?? '', confidence, words }
}

/** `undefined` when none of them reaches the end of the sound. */
export function findBest(
  recognizer: Recognizer,
  input: { samples: Float32Array; candidates: readonly Candidate[]; frequenciesHz: Float32Array },
): Winner | undefined {
  const { samples, candidates, frequenciesHz } = input
  if (candidates.length === 0) return undefined
  const grammar = choiceGrammar(candidates.map(({ words }) => words.map(toSlot)))
  const segments = recognizer.decode({ samples, grammar, search: 'wide', withPhones: false })
  if (!segments) return undefined
  const said = keyOf(segments.filter(isSpoken).map(({ label }) => withoutVariant(label)))
  const candidate = candidates.find(({ words }) => keyOf(words.flatMap(({ entries }) => entries)) === said)
  const aligned = candidate && alignAll(recognizer, { samples, words: candidate.words })
  if (!candidate || !aligned) return undefined
  const sounds = findSounds(recognizer, samples)
  const words = rateWords(aligned, sounds)
  return { candidate, words, features: utteranceFeatures({ words, sounds, frequenciesHz }) }
}

/** Unknown words are any phones, so they say nothing about which candidate it was. */
const keyOf = (labels: readonly string[]) =>
  labels.filter((label) => !label.startsWith(PHONE_PREFIX)).join(' ')

function toMatchedWord(word: RatedWord, offsetMs: number): MatchedWord {
  const phones = word.status === 'omitted' ? [] : word.phones
  const first = phones[0]
  const last = phones.at(-1)
  return {
    text: word.text,
    startMs: offsetMs + (first?.startMs ?? 0),
    endMs: offsetMs + (last ? last.startMs + last.durationMs : 0),
    confidence:
      word.status === 'spoken'
        ? roundShare(predictProbability(WORD_SPOKEN_MODEL, wordFeatures(word.phones)))
        : 0,
  }
}

const roundShare = (share: number) => Math.round(share * 1_000) / 1_000
