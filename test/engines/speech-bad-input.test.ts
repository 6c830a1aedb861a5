import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSpeechEngine, type SpeechEngine } from '#engines/speech/engine.ts'
import { createAltered } from '../support/altered-audio.ts'

const fixture = (name: string) => join(import.meta.dirname, '../../fixtures/audio', name)
const LATTE = { path: fixture('hot-latte.webm'), text: 'A hot latte to go, please.' }

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
const alter = (args: readonly string[], as = 'wav') => altered.alter(LATTE.path, args, as)

describe('unusual sound', () => {
  test('a telephone is scored, and its bandwidth noted', async () => {
    const telephone = await assess(await alter(['-ar', '8000', '-c:a', 'pcm_mulaw']), LATTE.text)
    const studio = await assess(LATTE.path, LATTE.text)

    expect(telephone.scores.overall).toEqual(expect.any(Number))
    expect(telephone.audio.bandwidthHz).toBeLessThanOrEqual(4_400)
    expect(studio.audio.bandwidthHz).toBeGreaterThan(5_500)
  })

  test.each([
    ['of 7.1 channels', ['-ac', '8'], 'wav'],
    [
      'with a picture that moves',
      ['-f', 'lavfi', '-i', 'color=c=red:s=64x64:d=5', '-c:v', 'libvpx', '-c:a', 'libopus', '-shortest'],
      'webm',
    ],
    ['with a direct current', ['-af', 'dcshift=0.1'], 'wav'],
  ])('a recording %s is scored as any', async (_, args, as) => {
    const [usual, unusual] = [
      await assess(LATTE.path, LATTE.text),
      await assess(await alter(args, as), LATTE.text),
    ]

    expect(Math.abs((unusual.scores.overall ?? 0) - (usual.scores.overall ?? 0))).toBeLessThanOrEqual(4)
  })

  test('a header with three times the true rate is sound that is not the text, or is too fast for it', async () => {
    const path = await alter([])
    const bytes = Buffer.from(await readFile(path))
    const at = bytes.indexOf('fmt ') + 12
    const rate = bytes.readUInt32LE(at)
    bytes.writeUInt32LE(3 * rate, at)
    bytes.writeUInt32LE(3 * bytes.readUInt32LE(at + 4), at + 4)
    await writeFile(path, bytes)

    const { scores } = await assess(path, LATTE.text)

    const { scores: usual } = await assess(LATTE.path, LATTE.text)
    expect(scores.overall).toBeLessThan((usual.overall ?? 0) / 2)
  })

  test('samples that are no numbers are silence', async () => {
    const path = await alter(['-c:a', 'pcm_f32le'])
    const bytes = Buffer.from(await readFile(path))
    const data = bytes.indexOf('data') + 8
    for (let at = data + 4_000; at < data + 12_000; at += 4) bytes.writeFloatLE(Number.NaN, at)
    await writeFile(path, bytes)

    expect((await assess(path, LATTE.text)).scores.overall).toEqual(expect.any(Number))
  })

  test('two minutes of clapping are no speech', async () => {
    const source = "aevalsrc='(random(0)-0.5)*exp(-60*mod(t,0.4))':d=119:s=16000"

    await expect(assess(await altered.generate(source), LATTE.text)).rejects.toMatchObject({
      code: 'audio.no_speech',
    })
  })

  test('two minutes of speech are scored word by word', async () => {
    const path = await altered.alter(LATTE.path, [
      '-af',
      'apad=pad_dur=0.4,aloop=loop=36:size=2e9,atrim=end=118',
    ])
    const text = Array.from({ length: 36 }, () => LATTE.text).join(' ')

    const { words, scores } = await assess(path, text)

    expect(words.filter(({ status }) => status !== 'inserted')).toHaveLength(36 * 6)
    expect(scores.completeness).toBeGreaterThan(60)
    const starts = words.flatMap(({ startMs }) => startMs ?? [])
    expect(starts).toEqual([...starts].sort((one, other) => one - other))
  })
})

describe('unusual text', () => {
  test('of 500 words is refused, and one of 300 against three seconds was not spoken', async () => {
    const text = Array.from({ length: 500 }, (_, at) => ['coffee', 'window', 'people', 'under'][at % 4]).join(
      ' ',
    )

    await expect(assess(LATTE.path, text)).rejects.toMatchObject({ code: 'text.too_long' })

    const { scores, unscored, words } = await assess(LATTE.path, text.split(' ').slice(0, 300).join(' '))
    expect(scores).toMatchObject({ overall: 0, completeness: 0, fluency: null })
    expect(unscored.fluency).toBe('text_not_spoken')
    expect(words).toHaveLength(300)
  })

  test.each(['', '?!', '😀 🎉'])('%j cannot be spoken', async (text) => {
    await expect(assess(LATTE.path, text)).rejects.toMatchObject({
      kind: 'unprocessable',
      code: 'text.not_speakable',
      faults: [{ path: 'text' }],
    })
  })

  test.each(['안녕하세요', '4500', '7:30'])('%j is read aloud, and is not what was said', async (text) => {
    const own = await assess(LATTE.path, LATTE.text)
    const { scores, words } = await assess(LATTE.path, text)

    expect(words.length).toBeGreaterThan(0)
    expect(scores.overall ?? 100).toBeLessThan((own.scores.overall ?? 0) - 30)
  })
})

test('a hundred requests at once are queued up to the bound and refused beyond it', async () => {
  const { samples } = await speech.decode(LATTE.path)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, () => speech.assess({ samples, text: LATTE.text })),
  )

  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  expect(outcomes.length - refused.length).toBeGreaterThanOrEqual(64)
  for (const { reason } of refused) {
    expect(reason).toMatchObject({ code: 'speech.overloaded', retryAfterS: expect.any(Number) })
  }
})
