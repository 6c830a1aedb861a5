import { expect, test } from 'vitest'
import { findSpoken } from './omissions.ts'

const words = (text: string) => text.split(' ').map((word) => ({ text: word, entries: [word] }))
const labels = (text: string) => text.split(' ').map((label) => ({ label }))

test('finds the words that were left out', () => {
  expect(findSpoken(words('can i get an americano'), labels('can i get americano'))).toEqual([
    true,
    true,
    true,
    false,
    true,
  ])
  expect(findSpoken(words('one two'), [])).toEqual([false, false])
})

test('variants of an entry are that entry', () => {
  expect(findSpoken(words('the end'), labels('the(2) end'))).toEqual([true, true])
})

test('of a word that comes twice, only one is missing', () => {
  expect(findSpoken(words('no no sugar'), labels('no sugar')).filter((spoken) => !spoken)).toHaveLength(1)
})

test('a word of two entries needs both, and a word without entries is not judged', () => {
  const twentyOne = { text: 'twenty-one', entries: ['twenty', 'one'] }
  const unknown = { text: 'Dongseongno', entries: [] }

  expect(findSpoken([twentyOne, unknown], labels('twenty'))).toEqual([false, true])
  expect(findSpoken([twentyOne, unknown], labels('twenty one'))).toEqual([true, true])
})
