import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Assessment } from '#engines/speech/assessment.ts'
import { createSpeechEngine, type SpeechEngine } from '#engines/speech/engine.ts'
import { createAltered } from '../support/altered-audio.ts'
import { isCorpusRun, readCorpus, spreadOver } from '../support/speech-corpus.ts'

/** What no scorer may get wrong, whoever speaks. Corpus speakers were heard in the training; `eval:speech` holds them out. */
type Spoken = { path: string; text: string }

const fixture = (name: string) => join(import.meta.dirname, '../../fixtures/audio', name)
const SYNTHETIC: Spoken[] = [
  { path: fixture('iced-americano.webm'), text: 'Can I get an iced americano, please?' },
  { path: fixture('hot-latte.webm'), text: 'A hot latte to go, please.' },
  { path: fixture('train-to-seoul.webm'), text: 'What time is the train to Seoul?' },
]
/** Long enough that a word can be taken away, and said well enough that a word is a word. */
const fromCorpus = (count: number): Spoken[] =>
  spreadOver(
    readCorpus().filter(({ text, overall }) => text.split(' ').length >= 4 && overall >= 6),
    count,
  )

let speech: SpeechEngine
let altered: Awaited<ReturnType<typeof createAltered>>
beforeAll(async () => {
  speech = createSpeechEngine({ threads: 2 })
  altered = await createAltered()
})
afterAll(async () => {
  await speech.close()
  await altered[Symbol.asyncDispose]()
})

const assess = async (path: string, text: string) => {
  const { samples } = await speech.decode(path)
  return speech.assess({ samples, text })
}
const overallOf = ({ scores }: Assessment) => scores.overall ?? 0
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

const SOURCES: [string, () => Spoken[]][] = isCorpusRun
  ? [['learners', () => fromCorpus(30)]]
  : [['synthetic voices', () => SYNTHETIC]]

describe.each(SOURCES)('%s', (source, spoken) => {
  const isCorpus = source === 'learners'

  test("another one's text lowers the overall score by thirty points and more", async () => {
    const all = spoken()
    const pairs = await Promise.all(
      all.map(async ({ path, text }, at) => {
        const other = all[(at + 1) % all.length]?.text ?? ''
        return { own: overallOf(await assess(path, text)), other: overallOf(await assess(path, other)) }
      }),
    )

    expect(mean(pairs.map(({ own, other }) => own - other))).toBeGreaterThanOrEqual(30)
    const lower = pairs.filter(({ own, other }) => other < own).length
    expect(lower / pairs.length).toBeGreaterThanOrEqual(0.9)
  })

  test('a word that is missing from the sound is omitted', async () => {
    const found = await Promise.all(
      spoken().map(async ({ path, text }, at) => {
        const whole = await assess(path, text)
        const { index, startMs, endMs } = inner(whole, at)
        const cut = await altered.alter(path, [
          '-af',
          `aselect='not(between(t,${startMs / 1_000},${endMs / 1_000}))',asetpts=N/SR/TB`,
        ])
        return (await assess(cut, text)).words[index]?.status === 'omitted'
      }),
    )
    expect(mean(found.map(Number))).toBeGreaterThanOrEqual(isCorpus ? 0.8 : 0.6)
  })

  test('a word that is too many in the text is omitted', async () => {
    const found = await Promise.all(
      spoken().map(async ({ path, text }, at) => {
        const words = text.split(' ')
        const place = 1 + (at % (words.length - 1))
        const extra = ['window', 'seven', 'garden', 'quickly', 'under'][at % 5] ?? ''
        const { words: judged } = await assess(path, words.toSpliced(place, 0, extra).join(' '))
        return judged.find((word) => word.text.toLowerCase() === extra)?.status === 'omitted'
      }),
    )
    expect(mean(found.map(Number))).toBeGreaterThanOrEqual(0.8)
  })

  test.each([
    ['12 dB louder or softer', ['-af', 'volume=-12dB'], 'wav', 2],
    ['opus at 16 kbps', ['-c:a', 'libopus', '-b:a', '16k'], 'ogg', 4],
    ['48 kHz stereo', ['-ar', '48000', '-ac', '2'], 'wav', 1],
    ['3 s of silence around it', ['-af', 'adelay=3000:all=1,apad=pad_dur=3'], 'wav', 3],
  ] as const)('%s hardly moves the overall score', async (_, args, as, most) => {
    const moved = await Promise.all(
      spoken().map(async ({ path, text }) => {
        const same = await assess(await altered.alter(path, args, as), text)
        return Math.abs(overallOf(same) - overallOf(await assess(path, text)))
      }),
    )
    expect(mean(moved)).toBeLessThan(most)
  })

  test('noise 10 dB below the speech lowers the confidence', async () => {
    const confidences = await Promise.all(
      spoken().map(async ({ path, text }) => {
        const { samples } = await speech.decode(path)
        const noisy = await speech.assess({ samples: withNoise(samples, 10), text })
        const clean = await speech.assess({ samples, text })
        return { noisy: noisy.confidence.overall ?? 0, clean: clean.confidence.overall ?? 0 }
      }),
    )
    expect(mean(confidences.map(({ noisy, clean }) => noisy - clean))).toBeLessThan(-0.05)
  })

  test('speaking at half the speed lowers fluency, and accuracy far less', async () => {
    const falls = await Promise.all(
      spoken().map(async ({ path, text }) => {
        const slow = (await assess(await altered.alter(path, ['-af', 'atempo=0.5']), text)).scores
        const usual = (await assess(path, text)).scores
        return {
          fluency: (usual.fluency ?? 0) - (slow.fluency ?? 0),
          accuracy: (usual.accuracy ?? 0) - (slow.accuracy ?? 0),
        }
      }),
    )
    const fluency = mean(falls.map((fall) => fall.fluency))
    const accuracy = mean(falls.map((fall) => fall.accuracy))
    expect(fluency).toBeGreaterThan(5)
    // Experts' accuracy moves with fluency, and so does what was learnt from them; a stretched synthetic voice also buzzes.
    expect(accuracy).toBeLessThan((isCorpus ? 0.6 : 0.75) * fluency)
  })
})

describe('what is no speech has no scores', () => {
  test.each([
    ['silence', 'anullsrc=r=16000:cl=mono:d=3'],
    ['white noise', 'anoisesrc=d=3:a=0.3:seed=7:r=16000'],
    ['a tone', 'sine=f=440:d=3:r=16000'],
    ['three tones', 'aevalsrc=0.2*sin(2*PI*262*t)+0.2*sin(2*PI*330*t)+0.2*sin(2*PI*392*t):d=3:s=16000'],
    // A harsh tone with a falling pitch and a sharp edge, twice.
    [
      'bursts like a bark',
      "aevalsrc='0.8*sin(2*PI*(500-600*mod(t,1.5))*mod(t,1.5))*lt(mod(t,1.5),0.25)+0.2*(random(0)-0.5)*lt(mod(t,1.5),0.25)':d=3:s=16000",
    ],
    ['clapping', "aevalsrc='(random(0)-0.5)*exp(-60*mod(t,0.4))':d=3:s=16000"],
  ])('%s', async (_, source) => {
    const samples = (await speech.decode(await altered.generate(source))).samples
    const outcome = await speech.assess({ samples, text: 'Can I get an iced americano, please?' }).then(
      ({ scores, audio }) => ({ overall: scores.overall, usable: audio.usable }),
      (error: { code: string }) => ({ code: error.code }),
    )
    expect(outcome).toEqual({ code: 'audio.no_speech' })
  })
})

/** A word inside the text, not at its ends, another one for each recording; its place among all words. */
function inner({ words }: Assessment, at: number) {
  const places = words.flatMap(({ startMs, endMs, text }, index) =>
    index > 0 && index < words.length - 1 && startMs !== null && endMs !== null && text.length > 2
      ? [{ index, startMs, endMs }]
      : [],
  )
  return places[at % places.length] ?? { index: 0, startMs: 0, endMs: 0 }
}

/** White noise `db` below the mean level of the samples; the same noise each time. */
function withNoise(samples: Float32Array, db: number): Float32Array {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  const level = Math.sqrt(power * 10 ** (-db / 10)) * Math.sqrt(12)
  let state = 7
  return samples.map((sample) => {
    state = (state * 16_807) % 2_147_483_647
    return sample + level * (state / 2_147_483_647 - 0.5)
  })
}
