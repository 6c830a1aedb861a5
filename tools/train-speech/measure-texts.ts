/**
 * Stage "texts" of the training: what tells words that were said from words that were not, and the text that was said
 * from another, through the acoustic model that did not hear the speaker.
 *   node tools/train-speech/measure-texts.ts CORPUS_DIR WORK_DIR MODEL_DIR PART/PARTS [EVERY]
 * Writes WORK_DIR/texts-PART.jsonl: of each recording its own text, another one's, one of words that sound like its own,
 * its own with a word too many, with another word in place of one, and after one word was cut out of the sound; and of
 * one or two of its words alone their own text and another: "No." and "Yes, please." are answers too, and the corpus has
 * hardly any so short.
 */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { AcousticModel } from '#engines/speech/model/acoustic-model.ts'
import { alignWords, toClasses, type WordSpan } from '#engines/speech/model/align-words.ts'
import { phoneFeatures } from '#engines/speech/model/phone-features.ts'
import { outsideSpeech } from '#engines/speech/model/sentence-features.ts'
import { skipGains } from '#engines/speech/model/skip-gain.ts'
import { stretchedShare, textFit } from '#engines/speech/model/text-fit.ts'
import { hearUtterance, type Utterance } from '#engines/speech/model/utterance.ts'
import { textFacts, wordFacts } from '#engines/speech/model/word-facts.ts'
import { type LabelledWord, type Recording, readRecordings, withoutStress } from './corpus.ts'
import { onlyWords, pick, randomFrom, soundAlikes, withoutWord } from './negatives.ts'
import { unheardRecordings } from './unheard.ts'

const [corpus = '', work = '', models = '', part = '0/2', every = '1'] = process.argv.slice(2)

const out = createWriteStream(join(work, `texts-${part.split('/')[0]}.jsonl`))
const all = readRecordings(corpus)
for await (const unheard of unheardRecordings({ corpus, work, models, part, every: Number(every) })) {
  out.write(`${JSON.stringify(await measure(unheard.model, unheard.recording, unheard.samples))}\n`)
}
out.end()

async function measure(model: AcousticModel, recording: Recording, samples: Float32Array) {
  const random = randomFrom(Number(recording.id))
  const utterance = await hearUtterance(model, samples)
  const own = factsFor(utterance, recording.words)
  const other = pick(all, random)
  const extra = pick(other.words, random)
  const at = Math.floor(random() * (recording.words.length + 1))
  const cut = Math.floor(random() * recording.words.length)
  const without = own && withoutWord(samples, own.words[cut], utterance.offsetMs)
  return {
    id: recording.id,
    speaker: recording.speaker,
    own: own?.facts ?? null,
    other: other.text === recording.text ? null : (factsFor(utterance, other.words)?.facts ?? null),
    alike:
      factsFor(utterance, soundAlikes(recording.words, all, randomFrom(Number(recording.id) + 1)))?.facts ??
      null,
    added:
      factsFor(utterance, [...recording.words.slice(0, at), extra, ...recording.words.slice(at)])?.facts ??
      null,
    addedAt: at,
    swapped:
      extra.text === recording.words[cut]?.text
        ? null
        : (factsFor(utterance, recording.words.with(cut, extra))?.facts ?? null),
    swappedAt: cut,
    cut:
      without && recording.words.length > 1
        ? (factsFor(await hearUtterance(model, without), recording.words)?.facts ?? null)
        : null,
    cutAt: cut,
    ...(own
      ? await measureShort(model, { recording, samples, spans: own.words, random, other, utterance })
      : {}),
  }
}

type ShortInput = {
  recording: Recording
  samples: Float32Array
  spans: readonly WordSpan[]
  random: () => number
  other: Recording
  utterance: Utterance
}

async function measureShort(
  model: AcousticModel,
  { recording, samples, spans, random, other, utterance }: ShortInput,
) {
  const count = Math.min(spans.length, random() < 0.6 ? 1 : 2)
  const first = Math.floor(random() * (spans.length - count + 1))
  const sound = onlyWords(samples, spans.slice(first, first + count), utterance.offsetMs)
  const heard = await hearUtterance(model, sound)
  return {
    short: factsFor(heard, recording.words.slice(first, first + count))?.facts ?? null,
    shortOther: factsFor(heard, other.words.slice(0, count))?.facts ?? null,
  }
}

function factsFor({ heard, voice }: Utterance, text: readonly LabelledWord[]) {
  const classes = text.map(({ phones }) => [toClasses(phones.map(withoutStress))])
  const words = alignWords(heard, classes)
  const [member] = heard.members
  if (!words || !member) return undefined
  const features = phoneFeatures({ heard, words, voice }, member)
  const facts = wordFacts(words, { features, gains: skipGains(heard, classes, words) })
  const spans = words.flatMap((word) => word.phones)
  return {
    words,
    facts: {
      words: facts,
      text: textFacts(facts, {
        outside: outsideSpeech(member, spans, heard.frameCount),
        fit: textFit(member.posteriors, spans, heard.frameCount),
        nativeFit: textFit(heard.native, spans, heard.frameCount),
        stretched: stretchedShare(spans, heard.frameCount),
      }),
    },
  }
}
