import { openSync, readFileSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { type AcousticModel, MEMBERS, openAcousticModel } from '#engines/speech/model/acoustic-model.ts'
import { type Recording, readRecordings } from './corpus.ts'

export type Unheard = { recording: Recording; samples: Float32Array; model: AcousticModel }
export type UnheardOptions = { corpus: string; work: string; models: string; part: string; every?: number }

/** Each recording of a part ("0/2") with its samples and the acoustic model that never heard its speaker. */
export async function* unheardRecordings(options: UnheardOptions): AsyncGenerator<Unheard> {
  const { corpus, work, models, part, every = 1 } = options
  const [index = 0, parts = 2] = part.split('/').map(Number)
  /** Speaker → third and fold, as the Python steps split them. */
  const split: Record<string, [number, number]> = JSON.parse(readFileSync(join(work, 'split.json'), 'utf8'))
  const listeners = await Promise.all(
    MEMBERS.map((member) => openAcousticModel({ members: [member], directory: models })),
  )
  const sound = openSync(join(work, `samples-${index}.s16`), 'r')
  const counts: number[] = readFileSync(join(work, `aligned-${index}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).sampleCount)
  const recordings = readRecordings(corpus).filter((_, at) => at % parts === index)
  for (const [at, recording] of recordings.entries()) {
    const samples = readSamples(sound, counts[at] ?? 0)
    if (at % 200 === 0) console.error(`part ${index}: ${at} of ${recordings.length}`)
    const model = listeners[split[recording.speaker]?.[0] ?? -1]
    if (!model) throw new Error(`Speaker ${recording.speaker} is in no third`)
    if (at % every === 0) yield { recording, samples, model }
  }
}

function readSamples(file: number, count: number): Float32Array {
  const bytes = Buffer.alloc(2 * count)
  readSync(file, bytes)
  return Float32Array.from({ length: count }, (_, at) => bytes.readInt16LE(2 * at) / 32_767)
}
