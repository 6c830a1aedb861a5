import { expect, test } from 'vitest'
import { placesOf } from './places.ts'

test.each([
  ['S T R AY K', 0, ['initial', 'cluster']],
  ['S T R AY K', 2, ['cluster']],
  ['S T R AY K', 3, []],
  ['S T R AY K', 4, ['coda']],
  ['D EH S K S', 3, ['coda', 'cluster']],
  ['AE P AH L', 0, ['initial']],
  ['AE P AH L', 1, []],
  ['B EH D', 0, ['initial']],
  ['SH', 0, ['initial']],
])('in %s the phone %i stands at %j', (phones, index, places) => {
  expect(placesOf(phones.split(' '), index)).toEqual(places)
})
