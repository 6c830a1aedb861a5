import { expect, test } from 'vitest'
import { CLASS_COUNT } from './acoustic-model.ts'
import { SILENCE_CLASS } from './frame-graph.ts'
import { stretchedShare, textFit } from './text-fit.ts'

/** One frame for each class, which is one nat likelier than all others. */
const framesOf = (classes: readonly number[]) =>
  Float32Array.from({ length: classes.length * CLASS_COUNT }, (_, at) =>
    at % CLASS_COUNT === classes[Math.floor(at / CLASS_COUNT)] ? -1 : -2,
  )

test('a text that explains every frame stays behind by nothing, another one by what it misses', () => {
  const sound = framesOf([SILENCE_CLASS, 4, 4, 7])
  const said = [
    { class: 4, first: 1, last: 3 },
    { class: 7, first: 3, last: 4 },
  ]
  expect(textFit(sound, said, 4)).toBe(0)
  expect(textFit(sound, [{ class: 4, first: 1, last: 4 }], 4)).toBe(-0.25)
  expect(textFit(sound, [], 4)).toBe(-0.75)
})

test('only what a phone has beyond 300 ms counts as stretched', () => {
  expect(stretchedShare([{ class: 4, first: 0, last: 15 }], 100)).toBe(0)
  expect(stretchedShare([{ class: 4, first: 0, last: 25 }], 100)).toBe(0.1)
})
