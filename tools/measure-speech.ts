/**
 * Writes what the scorer and the matcher see of labelled recordings, for `fit-speech.ts`:
 *   node tools/measure-speech.ts CORPUS_DIR OUT.jsonl [EVERY] [PART/PARTS]
 * The corpus is speechocean762 in the layout `train.jsonl` + `audio/`. Two processes with PARTS 0/2 and 1/2 use two cores.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { alignAll, alignText } from '#engines/speech/align.ts'
import { decodeAudio } from '#engines/speech/decode.ts'
import { withPeak } from '#engines/speech/dsp/peak.ts'
import { analyseAudio } from '#engines/speech/dsp/quality.ts'
import { phoneFeatures, utteranceFeatures, wordFeatures } from '#engines/speech/features.ts'
import { type RatedWord, rateWords } from '#engines/speech/goodness.ts'
import { phoneEntry } from '#engines/speech/grammar.ts'
import { findWords } from '#engines/speech/lexicon.ts'
import { findBest } from '#engines/speech/match.ts'
import { PHONES } from '#engines/speech/phones.ts'
import { createRecognizer } from '#engines/speech/recognizer.ts'
import { SAMPLE_RATE_HZ } from '#engines/speech/sample-rate.ts'
import { createSlots } from '#engines/speech/slots.ts'
import { trimToSpeech } from '#engines/speech/trim.ts'

type Recording = {
  id: string
  audio: string
  speaker: string
  text: string
  experts: object
  words: object[]
}

const CANDIDATES = 8
const [corpus = '', out = '', every = '4', part = '0/1'] = process.argv.slice(2)
const [index = 0, parts = 1] = part.split('/').map(Number)

const recordings: Recording[] = []
for await (const line of createInterface(createReadStream(join(corpus, 'train.jsonl')))) {
  recordings.push(JSON.parse(line))
}
const recognizer = await createRecognizer()
for (const phone of PHONES) recognizer.addWord(phoneEntry(phone), phone)
const context = { dictionary: recognizer, pronunciations: {} }
const limits = { maxSeconds: 120, wallClockMs: 60_000, ffmpegPath: 'ffmpeg', slots: createSlots(1) }
const output = createWriteStream(out)
const chosen = recordings.filter((_, at) => at % Number(every) === 0).filter((_, at) => at % parts === index)

for (const [count, recording] of chosen.entries()) {
  const random = randomFrom(count * parts + index + 1)
  output.write(`${JSON.stringify(await measure(recording, random))}\n`)
  if (count % 20 === 0) console.error(`${count} of ${chosen.length}`)
}
output.end()

async function measure(recording: Recording, random: () => number) {
  const { samples } = await decodeAudio(join(corpus, recording.audio), { limits })
  const { spans, frequenciesHz } = analyseAudio(samples, SAMPLE_RATE_HZ)
  const trimmed = withPeak(trimToSpeech(samples, spans).samples)
  const others = otherTexts(recording.text, random)

  function score(text: string) {
    const aligned = alignText(recognizer, { samples: trimmed, words: findWords(context, text) })
    const words = rateWords(aligned.words, aligned.sounds)
    return {
      words,
      sounds: aligned.sounds,
      utterance: utteranceFeatures({ ...aligned, words, frequenciesHz }),
    }
  }
  function match(texts: string[]) {
    const candidates = texts.map((text, at) => ({ index: at, words: findWords(context, text) }))
    const best = findBest(recognizer, { samples: trimmed, candidates, frequenciesHz })
    return { index: best?.candidate.index ?? null, utterance: best?.features ?? null }
  }

  const right = score(recording.text)
  const wrong = score(others[0] ?? '')
  const forced = alignAll(recognizer, { samples: trimmed, words: findWords(context, others[0] ?? '') }) ?? []
  return {
    id: recording.id,
    speaker: recording.speaker,
    experts: recording.experts,
    labels: recording.words,
    right: { utterance: right.utterance ?? null, words: right.words.map(describe) },
    wrong: { utterance: wrong.utterance ?? null, words: rateWords(forced, wrong.sounds).map(describe) },
    present: match([recording.text, ...others.slice(1)]),
    absent: match(others),
  }
}

function describe(word: RatedWord) {
  if (word.status !== 'spoken') return { status: word.status }
  const phones = word.phones.map((phone) => ({ phone: phone.phone, features: phoneFeatures(phone) }))
  return { status: word.status, features: wordFeatures(word.phones), phones }
}

function otherTexts(text: string, random: () => number): string[] {
  const others = new Set<string>()
  while (others.size < CANDIDATES) {
    const other = recordings[Math.floor(random() * recordings.length)]?.text
    if (other && other !== text) others.add(other)
  }
  return [...others]
}

/** Park and Miller's generator: the same texts on every run. */
function randomFrom(seed: number): () => number {
  let state = (seed * 48_271) % 2_147_483_647
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
