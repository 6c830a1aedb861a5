import { type Assessor, phonesOf } from '#engines/speech/assess-samples.ts'
import { type Candidate, type Choice, chooseText } from '#engines/speech/match.ts'
import type { Utterance } from '#engines/speech/model/utterance.ts'
import { findWords } from '#engines/speech/words/read-words.ts'
import type { LabelledWord, Recording } from '../train-speech/corpus.ts'
import { pick, randomFrom, withoutWord } from '../train-speech/negatives.ts'
import { hear, judge, wordsOfText } from './judge.ts'
import { mean } from './statistics.ts'

const CANDIDATES = 8

/** What is decided about one recording, and about texts and sounds made wrong from it. */
export type Decided = {
  overall: number
  /** Overall score with the text of another recording. */
  overallOfOther: number
  /** A word of the text whose sound was cut out, a word added to the text: were they called left out? */
  cutFound: boolean | undefined
  addedFound: boolean | undefined
  /** Another word in the text in place of one: was it called left out, or at least mispronounced? */
  swappedFound?: boolean
  swappedNoticed?: boolean
  /** Share of its own words that were called left out although experts heard them said well. */
  falseOmissions: number
  falseInsertions: number
  /** Among eight texts with the right one; among eight others. */
  matchedRight: boolean
  claimedAbsent: boolean
}

type DecideInput = { recording: Recording; all: readonly Recording[]; samples: Float32Array }

export async function decide(assessor: Assessor, { recording, all, samples }: DecideInput): Promise<Decided> {
  const random = randomFrom(Number(recording.id) + 1)
  const { words } = recording
  const utterance = await hear(assessor, samples)
  const own = await judge(assessor, { utterance, words })
  const others = different(recording, all, random)
  const other = await judge(assessor, { utterance, words: others[0]?.words ?? [] })

  const place = Math.floor(random() * (words.length + 1))
  const extra = pick(pick(others, random).words, random)
  const longer = await judge(assessor, { utterance, words: insert(words, place, extra) })
  const cut = Math.floor(random() * words.length)
  const span = own.reading.words[cut]
  const rest = words.length > 1 && span ? withoutWord(samples, span, utterance.offsetMs) : undefined
  const shorter = rest && (await judge(assessor, { utterance: await hear(assessor, rest), words }))

  const candidates = (texts: readonly string[]): Candidate[] =>
    texts.map((text) =>
      phonesOf(findWords({ dictionary: assessor.dictionary, pronunciations: {} }, text).words),
    )
  const texts = others.map(({ text }) => text)
  const present = [...texts.slice(0, CANDIDATES - 1)]
  const at = Math.floor(random() * CANDIDATES)
  present.splice(at, 0, recording.text)
  const said = wordsOfText(own.assessment)
  const good = words.flatMap(({ accuracy }, index) =>
    accuracy >= 7 ? [said[index]?.status === 'omitted'] : [],
  )
  return {
    overall: own.assessment.scores.overall ?? 0,
    overallOfOther: other.assessment.scores.overall ?? 0,
    cutFound: shorter && shorter.reading.words[cut] === undefined,
    addedFound: longer.reading.words[place] === undefined,
    ...(extra.text !== words[cut]?.text &&
      (await swap(assessor, { utterance, words, at: cut, other: extra }))),
    falseOmissions: good.length === 0 ? 0 : mean(good.map(Number)),
    falseInsertions: own.reading.extra.length > 0 ? 1 : 0,
    matchedRight: isChosen(chooseText(assessor.model, utterance, candidates(present)), at),
    claimedAbsent: chooseText(assessor.model, utterance, candidates(texts))?.isLikely === true,
  }
}

type Swap = { utterance: Utterance; words: Recording['words']; at: number; other: LabelledWord }

async function swap(assessor: Assessor, { utterance, words, at, other }: Swap) {
  const { assessment } = await judge(assessor, { utterance, words: words.with(at, other) })
  const status = wordsOfText(assessment)[at]?.status
  return { swappedFound: status === 'omitted', swappedNoticed: status !== 'ok' }
}

const isChosen = (choice: Choice | undefined, at: number) => choice?.isLikely === true && choice.index === at

/** Eight other recordings, all with other texts. */
function different({ text }: Recording, all: readonly Recording[], random: () => number): Recording[] {
  const chosen = new Map<string, Recording>()
  while (chosen.size < CANDIDATES) {
    const other = pick(all, random)
    if (other.text !== text) chosen.set(other.text, other)
  }
  return [...chosen.values()]
}

const insert = (words: readonly LabelledWord[], at: number, word: LabelledWord) => [
  ...words.slice(0, at),
  word,
  ...words.slice(at),
]

export function summarise(decided: readonly Decided[]): Record<string, number> {
  const share = (values: readonly (boolean | undefined)[]) =>
    mean(values.flatMap((value) => (value === undefined ? [] : [Number(value)])))
  return {
    'overall falls by, with another text': mean(decided.map((own) => own.overall - own.overallOfOther)),
    'scores below its own, with another text': share(decided.map((own) => own.overallOfOther < own.overall)),
    'word cut out of the sound is omitted': share(decided.map((own) => own.cutFound)),
    'word added to the text is omitted': share(decided.map((own) => own.addedFound)),
    'word that another was said for is omitted': share(decided.map((own) => own.swappedFound)),
    'or mispronounced': share(decided.map((own) => own.swappedNoticed)),
    'well said words called omitted': mean(decided.map((own) => own.falseOmissions)),
    'right readings with speech called extra': mean(decided.map((own) => own.falseInsertions)),
    'right among eight texts': share(decided.map((own) => own.matchedRight)),
    'claimed although not among eight': share(decided.map((own) => own.claimedAbsent)),
  }
}
