/**
 * Stage "alignment" of the training: decodes every recording and lays its labelled phones over the sound, with the
 * acoustic model that soundswallower brings.
 *   node tools/train-speech/align-corpus.ts CORPUS_DIR OUT_DIR PART/PARTS
 * Writes OUT_DIR/samples-PART.s16 (16 kHz mono, one recording after the other) and OUT_DIR/aligned-PART.jsonl.
 */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { decodeAudio } from '#engines/speech/decode.ts'
import { withPeak } from '#engines/speech/dsp/peak.ts'
import { analyseAudio } from '#engines/speech/dsp/quality.ts'
import { SAMPLE_RATE_HZ } from '#engines/speech/sample-rate.ts'
import { createSlots } from '#engines/speech/slots.ts'
import { shiftBy, trimToSpeech } from '#engines/speech/trim.ts'
import { createBootstrapAligner } from './bootstrap-aligner.ts'
import { readRecordings, withoutStress } from './corpus.ts'

const [corpus = '', out = '', part = '0/1'] = process.argv.slice(2)
const [index = 0, parts = 1] = part.split('/').map(Number)

const align = await createBootstrapAligner()
const limits = {
  maxSeconds: 120,
  wallClockMs: 60_000,
  cpuSeconds: 60,
  ffmpegPath: 'ffmpeg',
  slots: createSlots(1),
}
const sound = createWriteStream(join(out, `samples-${index}.s16`))
const lines = createWriteStream(join(out, `aligned-${index}.jsonl`))

const recordings = readRecordings(corpus).filter((_, at) => at % parts === index)
for (const [count, recording] of recordings.entries()) {
  const { samples } = await decodeAudio(join(corpus, recording.audio), { limits })
  sound.write(Buffer.from(Int16Array.from(samples, (sample) => Math.round(sample * 32_767)).buffer))
  const { spans } = analyseAudio(samples, SAMPLE_RATE_HZ)
  const trimmed = trimToSpeech(samples, spans)
  const words = recording.words.map(({ phones }) => phones.map(withoutStress))
  const phones = align(withPeak(trimmed.samples), words) ?? []
  lines.write(
    `${JSON.stringify({
      id: recording.id,
      sampleCount: samples.length,
      phones: shiftBy(phones, trimmed.offsetMs).map(({ phone, startMs, durationMs }) => [
        phone,
        startMs,
        durationMs,
      ]),
    })}\n`,
  )
  if (count % 100 === 0) console.error(`aligned ${count} of ${recordings.length}`)
}
sound.end()
lines.end()
