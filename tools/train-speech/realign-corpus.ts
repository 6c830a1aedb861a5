/**
 * Stage "realignment" of the training: lays the labelled phones over the sound once more, each recording by the acoustic
 * model that did not hear its speaker. That model knows learners, so its boundaries are better than those it learnt from.
 *   node tools/train-speech/realign-corpus.ts CORPUS_DIR WORK_DIR MODEL_DIR PART/PARTS
 * Writes WORK_DIR/realigned-PART.jsonl.
 */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { FRAME_MS } from '#engines/speech/model/acoustic-model.ts'
import { alignWords, toClasses } from '#engines/speech/model/align-words.ts'
import { hearUtterance } from '#engines/speech/model/utterance.ts'
import { PHONES } from '#engines/speech/phones.ts'
import { withoutStress } from './corpus.ts'
import { unheardRecordings } from './unheard.ts'

const [corpus = '', work = '', models = '', part = '0/2'] = process.argv.slice(2)
const [index] = part.split('/')
const lines = createWriteStream(join(work, `realigned-${index}.jsonl`))

for await (const { recording, samples, model } of unheardRecordings({ corpus, work, models, part })) {
  const { heard, offsetMs } = await hearUtterance(model, samples)
  const text = recording.words.map(({ phones }) => [toClasses(phones.map(withoutStress))])
  const phones = (alignWords(heard, text) ?? []).flatMap((word) => word.phones)
  lines.write(
    `${JSON.stringify({
      id: recording.id,
      phones: phones.map(({ class: own, first, last }) => [
        PHONES[own],
        Math.round(offsetMs + first * FRAME_MS),
        (last - first) * FRAME_MS,
      ]),
    })}\n`,
  )
}
lines.end()
