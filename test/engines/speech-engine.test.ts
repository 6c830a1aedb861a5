import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSpeechEngine, type SpeechEngine } from '#engines/speech/engine.ts'
import { createWorkerPool } from '#engines/speech/worker-pool.ts'

const AMERICANO = 'Can I get an iced americano, please?'
const LATTE = 'A hot latte to go, please.'
const SPOKEN = {
  'iced-americano.webm': AMERICANO,
  'no-sugar.ogg': 'No sugar, please.',
  'hot-latte.webm': LATTE,
  'train-to-seoul.webm': 'What time is the train to Seoul?',
} as const
const names = Object.keys(SPOKEN) as (keyof typeof SPOKEN)[]
const fixture = (name: string) => join(import.meta.dirname, '../../fixtures/audio', name)

let speech: SpeechEngine
beforeAll(async () => {
  speech = createSpeechEngine({ threads: 2 })
  await speech.check()
})
afterAll(() => speech.close())

const samplesOf = async (name: string) => (await speech.decode(fixture(name))).samples
const assess = async (name: string, text: string, pronunciations = {}) =>
  speech.assess({ samples: await samplesOf(name), text, pronunciations })

describe('assess', () => {
  test('every word and phone lies in order inside the sound and has a score', async () => {
    const { samples, durationMs } = await speech.decode(fixture('hot-latte.webm'))

    const assessment = await speech.assess({ samples, text: LATTE, transcript: 'a hot' })

    expect(assessment).toMatchObject({
      reference: LATTE,
      transcript: 'a hot',
      durationMs,
      basis: 'measured',
      scorer: { name: 'malgil-speech', version: '2.4.0' },
      unscored: {},
      audio: { usable: true, clippingRatio: 0 },
    })
    expect(assessment.words.map((word) => word.text)).toEqual(['A', 'hot', 'latte', 'to', 'go', 'please'])
    expect(assessment.words[1]?.phones.map(({ phone }) => phone)).toEqual(['HH', 'AA', 'T'])
    const times = assessment.words.flatMap(({ phones }) =>
      phones.flatMap((phone) => [phone.startMs, phone.endMs]),
    )
    expect(times).toEqual([...times].sort((one, other) => one - other))
    expect(times[0]).toBeGreaterThan(300)
    expect(times.at(-1)).toBeLessThan(durationMs)
    const scores = [
      ...Object.values(assessment.scores),
      ...assessment.words.flatMap((word) => [word.score, ...word.phones.map(({ score }) => score)]),
    ]
    for (const score of scores) expect(score).toSatisfy(isScore)
    expect(assessment.scores.completeness).toBe(100)
    expect(assessment.words.every(({ status }) => status === 'ok' || status === 'mispronounced')).toBe(true)
  })

  test('rates and pauses are facts of the sound', async () => {
    const { fluency } = await assess('iced-americano.webm', AMERICANO)

    // 11 syllables between about 0.39 s and 2.9 s, with one gap before "please".
    expect(fluency?.syllablesPerSecond).toBeGreaterThan(3.5)
    expect(fluency?.syllablesPerSecond).toBeLessThan(4.8)
    expect(fluency?.articulationRate).toBeGreaterThan(fluency?.syllablesPerSecond ?? 0)
    for (const { durationMs } of fluency?.pauses ?? []) expect(durationMs).toBeGreaterThanOrEqual(250)
  })

  test('words that were not said are omitted and lower completeness, accuracy and overall', async () => {
    const whole = await assess('hot-latte.webm', LATTE)
    const longer = await assess('hot-latte.webm', 'A large hot latte with extra milk to go, please.')

    const omitted = longer.words.filter(({ status }) => status === 'omitted')
    const added = ['large', 'with', 'extra', 'milk']
    expect(omitted.filter(({ text }) => added.includes(text)).length).toBeGreaterThanOrEqual(3)
    for (const word of omitted) expect(word).toMatchObject({ startMs: null, endMs: null })
    const addedScores = omitted.flatMap(({ text, score }) => (added.includes(text) ? [score ?? 0] : []))
    // Softly: experts heard most of the words that are called omitted in a reading of the right text.
    expect(Math.max(...addedScores)).toBeLessThan(Math.min(80, whole.scores.overall ?? 0))
    expect(longer.scores.completeness).toBeLessThanOrEqual(70)
    expect(longer.scores.accuracy ?? 100).toBeLessThan((whole.scores.accuracy ?? 0) * 0.85)
    expect(longer.scores.overall ?? 100).toBeLessThan((whole.scores.overall ?? 0) * 0.8)
  })

  test.each(names)('another text than the one in %s gets at most half of its scores', async (name) => {
    const right = await assess(name, SPOKEN[name])
    for (const other of ['Where is the nearest subway station?', 'I would like to pay by credit card.']) {
      const wrong = await assess(name, other)
      expect(wrong.scores.accuracy ?? 100, other).toBeLessThan((right.scores.accuracy ?? 0) / 2)
      expect(wrong.scores.overall ?? 100, other).toBeLessThan((right.scores.overall ?? 0) / 2)
    }
  })

  test('a word that no dictionary has is scored by a guess, unless its pronunciation is given', async () => {
    const text = 'A hot lattay to go, please.'

    const unknown = await assess('hot-latte.webm', text)
    const given = await assess('hot-latte.webm', text, { Lattay: 'L AA1 T EY0' })

    expect(unknown.words[2]?.text).toBe('lattay')
    expect(unknown.words[2]?.score).toSatisfy(isScore)
    expect(unknown.words[2]?.startMs).toBeGreaterThan(700)
    expect(unknown.words[2]?.endMs).toBeLessThan(2_000)
    expect(given.words[2]?.phones.map(({ phone }) => phone)).toEqual(['L', 'AA', 'T', 'EY'])
    expect(given.words[2]?.score).toSatisfy(isScore)
  })

  test('one word has no rhythm to score', async () => {
    const { samples } = await speech.decode(fixture('no-sugar.ogg'))
    // Until the end of "No".
    const { scores, unscored } = await speech.assess({ samples: samples.slice(0, 16 * 600), text: 'No' })

    expect(scores).toMatchObject({ fluency: null, prosody: null, completeness: 100 })
    expect(unscored).toEqual({ fluency: 'too_few_words', prosody: 'too_few_words' })
  })

  test('silence and noise are no speech, whatever the text', async () => {
    let state = 7
    const noise = Float32Array.from({ length: 32_000 }, () => {
      state = (state * 16_807) % 2_147_483_647
      return state / 2_147_483_647 - 0.5
    })
    for (const samples of [await samplesOf('silence.wav'), noise]) {
      await expect(speech.assess({ samples, text: AMERICANO })).rejects.toMatchObject({
        kind: 'unprocessable',
        code: 'audio.no_speech',
      })
      expect(speech.quality(samples)).toMatchObject({ usable: false, reason: 'no_speech' })
    }
  })

  test('clipped sound is aligned and says why it has no scores', async () => {
    const samples = (await samplesOf('iced-americano.webm')).map((sample) =>
      Math.min(1, Math.max(-1, sample * 40)),
    )

    const { scores, unscored, words, audio } = await speech.assess({ samples, text: AMERICANO })

    expect(audio).toMatchObject({ usable: false, reason: 'clipped' })
    expect(Object.values(scores)).toEqual([null, null, null, null, null])
    expect(unscored.overall).toBe('clipped')
    expect(words[0]).toMatchObject({ text: 'Can', score: null, unscored: 'clipped' })
  })

  test('the volume of the recording changes no score by more than two', async () => {
    const samples = await samplesOf('hot-latte.webm')
    const loud = await speech.assess({ samples, text: SPOKEN['hot-latte.webm'] })
    const quiet = await speech.assess({
      samples: samples.map((sample) => sample / 4),
      text: SPOKEN['hot-latte.webm'],
    })

    for (const name of ['accuracy', 'fluency', 'prosody', 'overall'] as const) {
      expect(Math.abs((loud.scores[name] ?? 0) - (quiet.scores[name] ?? 100)), name).toBeLessThanOrEqual(2)
    }
  })

  test.each(['', '?!', '😀'])('%j cannot be spoken', async (text) => {
    await expect(assess('no-sugar.ogg', text)).rejects.toMatchObject({
      kind: 'unprocessable',
      code: 'text.not_speakable',
      faults: [{ path: 'text' }],
    })
  })

  test('a pronunciation with an unknown symbol is refused by name', async () => {
    await expect(assess('no-sugar.ogg', 'No sugar', { sugar: 'SH UH G XX' })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'text.bad_pronunciation',
    })
  })
})

describe('match', () => {
  const candidates = [
    ...Object.values(SPOKEN),
    'Can I get a hot americano, please?',
    'Two tickets to Busan, please.',
  ]

  test.each(names)('%s is found among six', async (name) => {
    const result = await speech.match({ samples: await samplesOf(name), candidates })

    expect(result).toMatchObject({ status: 'matched', index: names.indexOf(name), text: SPOKEN[name] })
    expect(result.confidence).toBeGreaterThan(0.5)
    expect(result.status === 'matched' && result.words.map(({ text }) => text.toLowerCase()).join(' ')).toBe(
      SPOKEN[name].toLowerCase().replaceAll(/[,.?]/g, ''),
    )
  })

  test.each(names)('%s is not found among four others', async (name) => {
    const others = [
      'How much is it?',
      'Where is the station?',
      'I would like to pay by card',
      'Good morning, everyone',
    ]

    const result = await speech.match({ samples: await samplesOf(name), candidates: others })

    expect(result).toMatchObject({ status: 'no_match' })
  })

  test('no candidates, and none that can be spoken, are no match; silence is no speech', async () => {
    const samples = await samplesOf('no-sugar.ogg')

    await expect(speech.match({ samples, candidates: [] })).resolves.toEqual({
      status: 'no_match',
      confidence: 0,
    })
    await expect(speech.match({ samples, candidates: ['!', '😀'] })).resolves.toMatchObject({
      status: 'no_match',
    })
    await expect(speech.match({ samples: new Float32Array(16_000), candidates })).rejects.toMatchObject({
      code: 'audio.no_speech',
    })
  })
})

describe('threads', () => {
  test('eight assessments at once answer what they answer alone', async () => {
    const alone = new Map<string, unknown>()
    for (const name of names) alone.set(name, await assess(name, SPOKEN[name]))

    const atOnce = await Promise.all([...names, ...names].map((name) => assess(name, SPOKEN[name])))

    for (const [index, assessment] of atOnce.entries()) {
      expect(assessment).toEqual(alone.get(names[index % names.length] ?? ''))
    }
  })

  test('more than may wait is refused with a time to come back', async () => {
    await using small = closing(createSpeechEngine({ threads: 1, maxQueue: 1 }))
    const samples = await samplesOf('no-sugar.ogg')
    const run = () => small.engine.assess({ samples, text: 'No sugar, please.' })

    const outcomes = await Promise.allSettled([run(), run(), run()])

    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(outcomes[2]).toMatchObject({
      reason: { kind: 'unavailable', code: 'speech.overloaded', retryAfterS: expect.any(Number) },
    })
  })

  test('a caller who leaves gets its abort, and the next one an answer', async () => {
    const samples = await samplesOf('no-sugar.ogg')
    const leaving = new AbortController()
    const assessment = speech.assess({ samples, text: 'No sugar, please.', signal: leaving.signal })
    leaving.abort()

    await expect(assessment).rejects.toMatchObject({ name: 'AbortError' })
    await expect(speech.assess({ samples, text: 'No sugar, please.' })).resolves.toMatchObject({
      basis: 'measured',
    })
  })

  test('a worker that dies or hangs is answered with a problem and replaced', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'malgil-worker-'))
    const file = join(directory, 'worker.mjs')
    await writeFile(
      file,
      `export async function answer(task) {
        if (task === 'die') process.exit(1)
        if (task === 'hang') for (;;) {}
        return { ok: true, value: task }
      }`,
    )
    const pool = createWorkerPool({
      worker: pathToFileURL(file),
      threads: 1,
      maxQueue: 8,
      taskTimeoutMs: 1_000,
    })

    await expect(pool.run('first')).resolves.toBe('first')
    await expect(pool.run('die')).rejects.toMatchObject({ kind: 'internal', code: 'speech.failed' })
    await expect(pool.run('second')).resolves.toBe('second')
    await expect(pool.run('hang')).rejects.toMatchObject({ kind: 'timed_out', code: 'speech.timed_out' })
    await expect(pool.run('third')).resolves.toBe('third')

    await pool.close()
    await rm(directory, { recursive: true })
  })
})

test('check says how to get a missing ffmpeg', async () => {
  await using broken = closing(createSpeechEngine({ threads: 1, ffmpegPath: '/no/such/ffmpeg' }))

  await expect(broken.engine.check()).rejects.toMatchObject({ code: 'speech.ffmpeg_missing' })
})

const isScore = (score: unknown) => Number.isInteger(score) && Number(score) >= 0 && Number(score) <= 100

const closing = (engine: SpeechEngine) => ({ engine, [Symbol.asyncDispose]: () => engine.close() })
