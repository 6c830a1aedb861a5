import type { Features } from './linear-model.ts'
import { alignWords, findExtra, type Span, type WordSpan } from './model/align-words.ts'
import type { PhoneText } from './model/frame-graph.ts'
import { phoneFeatures } from './model/phone-features.ts'
import type { Predicted, Seen } from './model/score-model.ts'
import { outsideSpeech, sentenceFeatures } from './model/sentence-features.ts'
import { skipGains } from './model/skip-gain.ts'
import type { SpeechModel } from './model/speech-model.ts'
import { stretchedShare, textFit } from './model/text-fit.ts'
import type { Utterance } from './model/utterance.ts'
import { meanFacts, textFacts, wordFacts } from './model/word-facts.ts'

/** A text laid over an utterance. */
export type Reading = {
  /** In the order of the text; `undefined` for a word that was left out. */
  words: (WordSpan | undefined)[]
  /** All words where they fit best, those left out too. */
  laid: WordSpan[]
  /** Probability that each word was said. */
  said: number[]
  /** 1 for a word that counts as said, less the surer it is that it was not. */
  certainty: number[]
  /** Probability that the sound is this text. */
  textProbability: number
  /** Speech that the text has no word for, in frames. */
  extra: Span[]
  /** Scores of all words as laid; `undefined` when the text cannot be laid over the sound. */
  predicted: Predicted | undefined
}

type Laid = { words: WordSpan[]; seen: Seen[]; facts: Features[]; text: Features }

/** Aligns all words, says which of them were not said, and scores them all. */
export async function readAloud(
  { scores, detectors }: SpeechModel,
  { utterance, text }: { utterance: Utterance; text: PhoneText },
): Promise<Reading> {
  const whole = layOver(utterance, text)
  if (!whole) {
    const none = text.map(() => undefined)
    const zeros = text.map(() => 0)
    return {
      words: none,
      laid: [],
      said: zeros,
      certainty: zeros,
      textProbability: 0,
      extra: [],
      predicted: undefined,
    }
  }
  const said = whole.facts.map((facts) => detectors.wasSaid(facts))
  const isSaid = said.map((probability) => probability >= detectors.saidThreshold)
  const spoken = text.filter((_, at) => isSaid[at])
  return {
    words: whole.words.map((word, at) => (isSaid[at] ? word : undefined)),
    laid: whole.words,
    said,
    certainty: said.map((probability) => Math.min(1, probability / detectors.saidThreshold)),
    textProbability: detectors.isText(whole.text),
    extra: spoken.length > 0 ? findExtra(utterance.heard, spoken) : [],
    predicted: await scores.score(whole.words, whole.seen),
  }
}

export type TextFit = Pick<Reading, 'said' | 'textProbability'> & {
  words: WordSpan[]
  /** `textFit`, less a nat for each stretched frame: what to choose by between texts over the same sound. */
  fit: number
}

/** How well the sound is this text, without scores: for choosing among texts. */
export function compareText(
  { detectors }: SpeechModel,
  input: { utterance: Utterance; text: PhoneText },
): TextFit | undefined {
  const laid = layOver(input.utterance, input.text)
  if (!laid) return undefined
  return {
    textProbability: detectors.isText(laid.text),
    fit: (laid.text.fit ?? 0) - (laid.text.stretched ?? 0),
    words: laid.words,
    said: laid.facts.map((facts) => detectors.wasSaid(facts)),
  }
}

function layOver({ heard, voice }: Utterance, text: PhoneText): Laid | undefined {
  const words = text.length > 0 ? alignWords(heard, text) : undefined
  if (!words) return undefined
  const spans = words.flatMap((word) => word.phones)
  const gains = skipGains(heard, text, words)
  const views = heard.members.map((member) => {
    const phones = phoneFeatures({ heard, words, voice }, member)
    const facts = wordFacts(words, { features: phones, gains })
    return {
      seen: { phones, sentence: sentenceFeatures({ heard, words, voice }, { member, features: phones }) },
      facts,
      text: textFacts(facts, {
        outside: outsideSpeech(member, spans, heard.frameCount),
        fit: textFit(member.posteriors, spans, heard.frameCount),
        nativeFit: textFit(heard.native, spans, heard.frameCount),
        stretched: stretchedShare(spans, heard.frameCount),
      }),
    }
  })
  return {
    words,
    seen: views.map(({ seen }) => seen),
    facts: words.map((_, at) => meanFacts(views.map(({ facts }) => facts[at] ?? {}))),
    text: meanFacts(views.map((view) => view.text)),
  }
}
