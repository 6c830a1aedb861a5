/**
 * Stage "phones" of the training: what the score model will see of every recording, through the acoustic model that did
 * not hear its speaker; of some also what it sees when they speak more slowly.
 *   node tools/train-speech/measure-phones.ts CORPUS_DIR WORK_DIR MODEL_DIR PART/PARTS
 * Writes WORK_DIR/phones-PART.f32 and sentences-PART.f32 (rows one after the other) and measured-PART.jsonl.
 */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { alignWords, toClasses } from '#engines/speech/model/align-words.ts'
import { phoneFeatures } from '#engines/speech/model/phone-features.ts'
import { sentenceFeatures } from '#engines/speech/model/sentence-features.ts'
import { hearUtterance, type Utterance } from '#engines/speech/model/utterance.ts'
import { type Recording, withoutStress } from './corpus.ts'
import { slowed } from './slowed.ts'
import { unheardRecordings } from './unheard.ts'

const [corpus = '', work = '', models = '', part = '0/2'] = process.argv.slice(2)
const [index] = part.split('/')
const SLOWED_EVERY = 2
const LEAST_TEMPO = 0.5
const MOST_TEMPO = 0.8

const phonesOut = createWriteStream(join(work, `phones-${index}.f32`))
const sentencesOut = createWriteStream(join(work, `sentences-${index}.f32`))
const linesOut = createWriteStream(join(work, `measured-${index}.jsonl`))

let count = 0
for await (const { recording, samples, model } of unheardRecordings({ corpus, work, models, part })) {
  measure(recording, await hearUtterance(model, samples), 1)
  if (count % SLOWED_EVERY === 0) {
    const tempo = LEAST_TEMPO + (MOST_TEMPO - LEAST_TEMPO) * ((count * 0.618) % 1)
    measure(recording, await hearUtterance(model, await slowed(samples, tempo)), tempo)
  }
  count += 1
}
phonesOut.end()
sentencesOut.end()
linesOut.end()

function measure(recording: Recording, { heard, voice }: Utterance, tempo: number): void {
  const words = alignWords(
    heard,
    recording.words.map(({ phones }) => [toClasses(phones.map(withoutStress))]),
  )
  const [member] = heard.members
  if (!words || !member) {
    console.error(`${recording.id}: more phones than frames`)
    return
  }
  const features = phoneFeatures({ heard, words, voice }, member)
  const sentence = sentenceFeatures({ heard, words, voice }, { member, features })
  phonesOut.write(Buffer.from(features.buffer))
  sentencesOut.write(Buffer.from(sentence.buffer))
  linesOut.write(
    `${JSON.stringify({ id: recording.id, tempo, phones: words.flatMap((word) => word.phones).length })}\n`,
  )
}
