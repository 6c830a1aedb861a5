import { expect, test } from 'vitest'
import { CLASS_COUNT, type HeardFrames } from './acoustic-model.ts'
import { alignWords, findExtra, toClasses } from './align-words.ts'
import { SILENCE_CLASS } from './frame-graph.ts'
import { skipGains } from './skip-gain.ts'

const [K, AE, T] = toClasses(['K', 'AE', 'T'])
const SIL = SILENCE_CLASS

/** Sound in which each frame is clearly one class. */
function heardAs(...classes: (number | undefined)[]): HeardFrames {
  const posteriors = new Float32Array(classes.length * CLASS_COUNT).fill(-8)
  for (const [frame, own] of classes.entries()) posteriors[frame * CLASS_COUNT + (own ?? 0)] = -0.1
  const goodness = new Float32Array(classes.length * (CLASS_COUNT - 1))
  return { frameCount: classes.length, members: [{ posteriors, goodness }], native: posteriors }
}
const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value)
const cat = [[K ?? 0, AE ?? 0, T ?? 0]]
const at = [[AE ?? 0, T ?? 0]]

test('words take the frames that sound like their phones, pauses between them none', () => {
  const words = alignWords(heardAs(SIL, K, AE, AE, T, SIL, SIL, AE, T, SIL), [cat, at])

  expect(words?.[0]?.phones).toEqual([
    { class: K, first: 1, last: 2 },
    { class: AE, first: 2, last: 4 },
    { class: T, first: 4, last: 5 },
  ])
  expect(words?.[1]?.phones.map(({ first, last }) => [first, last])).toEqual([
    [7, 8],
    [8, 9],
  ])
})

test('of two ways to say a word the one that was said is taken', () => {
  const words = alignWords(heardAs(AE, AE, T), [[...cat, ...at]])

  expect(words?.[0]).toMatchObject({ alternative: 1, phones: [{ class: AE }, { class: T }] })
})

test('more phones than frames cannot be laid over the sound', () => {
  expect(alignWords(heardAs(K, AE), [cat])).toBeUndefined()
})

test('speech that the text has no word for is found when it is long, and only then', () => {
  const short = heardAs(SIL, K, AE, T, SIL, ...times(5, AE), SIL, AE, T)

  // The extra sound is unlike the words on both sides.
  const ih = toClasses(['IH'])[0] ?? 0
  const other = heardAs(SIL, K, AE, T, SIL, ...times(20, ih), SIL, AE, T)
  expect(findExtra(other, [cat, at])).toEqual([{ first: 5, last: 25 }])
  expect(findExtra(short, [cat, at])).toEqual([])
  expect(findExtra(heardAs(SIL, K, AE, T, SIL, AE, T), [cat, at])).toEqual([])
})

test('a word that was said is missed when it is left out; one that was not said is not', () => {
  const heard = heardAs(SIL, K, AE, T, SIL, SIL, SIL, SIL, AE, T, SIL)
  const said = alignWords(heard, [cat, at])
  const tooMany = alignWords(heard, [cat, cat, at])

  for (const { gain } of skipGains(heard, [cat, at], said ?? [])) expect(gain).toBeGreaterThan(5)
  const gains = skipGains(heard, [cat, cat, at], tooMany ?? []).map(({ gain }) => gain)
  expect(Math.min(...gains)).toBeLessThan(-5)
})
