import { join } from 'node:path'
import type { Assessor } from '#engines/speech/assess-samples.ts'
import type { Assessment } from '#engines/speech/assessment.ts'
import { decodeAudio } from '#engines/speech/decode.ts'
import { toClasses } from '#engines/speech/model/align-words.ts'
import { hearUtterance, type Utterance } from '#engines/speech/model/utterance.ts'
import { type Reading, readAloud } from '#engines/speech/read-aloud.ts'
import { scoreUtterance } from '#engines/speech/score.ts'
import { createSlots } from '#engines/speech/slots.ts'
import { type LabelledWord, type Recording, withoutStress } from '../train-speech/corpus.ts'

const LIMITS = {
  maxSeconds: 120,
  wallClockMs: 60_000,
  cpuSeconds: 60,
  ffmpegPath: 'ffmpeg',
  slots: createSlots(2),
}

export async function samplesOf(corpus: string, { audio }: Recording): Promise<Float32Array> {
  return (await decodeAudio(join(corpus, audio), { limits: LIMITS })).samples
}

type Words = readonly LabelledWord[]

/** As the service assesses, but with the phones that the experts scored instead of those of the dictionary. */
export async function judge(
  { model }: Assessor,
  { utterance, words }: { utterance: Utterance; words: Words },
): Promise<{ assessment: Assessment; reading: Reading }> {
  const text = words.map(({ phones }) => [toClasses(phones.map(withoutStress))])
  const reading = await readAloud(model, { utterance, text })
  const texts = words.map((word) => word.text)
  const reference = texts.join(' ')
  const assessment = scoreUtterance({ reference, transcript: null, durationMs: 0, texts, utterance, reading })
  return { assessment, reading }
}

/** Those that were heard beside it left out. */
export const wordsOfText = ({ words }: Assessment) => words.filter(({ status }) => status !== 'inserted')

export const hear = ({ model }: Assessor, samples: Float32Array) => hearUtterance(model.acoustic, samples)
