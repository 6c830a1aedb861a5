import { type Assessor, phonesOf } from './assess-samples.ts'
import { audioNoSpeech } from './errors.ts'
import type { PhoneText } from './model/frame-graph.ts'
import type { SpeechModel } from './model/speech-model.ts'
import { hearUtterance, type Utterance } from './model/utterance.ts'
import { compareText, type TextFit } from './read-aloud.ts'
import type { MatchedWord, MatchInput, MatchResult } from './speech-engine.ts'
import { timePhones, timesOf } from './timed-words.ts'
import { findWords } from './words/read-words.ts'

/** `npm run eval:speech` measures it: most of what was said is likelier than this, and little else is. */
const MIN_MATCH_PROBABILITY = 0.5

/** Ways to say the words of a text; one without words is never chosen. */
export type Candidate = PhoneText

/** The best candidate; `isLikely` says whether it is good enough to be taken for what was said. */
export type Choice = { index: number; fit: TextFit; isLikely: boolean }

/**
 * Which of the candidates was said: each is laid over the sound, and the one that explains it best is the choice.
 * `undefined` when none can be laid over it.
 */
export function chooseText(
  model: SpeechModel,
  utterance: Utterance,
  candidates: readonly Candidate[],
): Choice | undefined {
  const choices = candidates.flatMap((text, index): Choice[] => {
    const fit = text.length > 0 ? compareText(model, { utterance, text }) : undefined
    return fit ? [{ index, fit, isLikely: fit.textProbability >= MIN_MATCH_PROBABILITY }] : []
  })
  return choices.reduce<Choice | undefined>(
    (winner, own) => (winner && winner.fit.fit >= own.fit.fit ? winner : own),
    undefined,
  )
}

/** As `chooseText`, from texts and samples. Throws `audio.no_speech`. */
export async function matchResponses(
  { model, dictionary }: Assessor,
  { samples, candidates, pronunciations = {} }: Omit<MatchInput, 'signal'>,
): Promise<MatchResult> {
  const utterance = await hearUtterance(model.acoustic, samples)
  if (utterance.analysis.quality.reason === 'no_speech') throw audioNoSpeech()
  const read = candidates.map((text) => findWords({ dictionary, pronunciations }, text).words)
  const choice = chooseText(model, utterance, read.map(phonesOf))
  const confidence = roundShare(choice?.fit.textProbability ?? 0)
  if (!choice?.isLikely) return { status: 'no_match', confidence }
  const { index, fit } = choice
  const words = (read[index] ?? []).map(({ text }, at): MatchedWord => {
    const phones = timePhones(fit.words[at] ?? { phones: [], alternative: 0 }, utterance.offsetMs)
    return { text, ...timesOf(phones), confidence: roundShare(fit.said[at] ?? 0) }
  })
  return { status: 'matched', index, text: candidates[index] ?? '', confidence, words }
}

const roundShare = (share: number) => Math.round(share * 1_000) / 1_000
