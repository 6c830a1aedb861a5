import { describe, expect, test } from 'vitest'
import { romaniseHangul } from './hangul.ts'
import { readRomanised } from './korean-syllables.ts'

/** Examples of the Revised Romanisation (2000), but for hyphens and tensing. */
describe('romaniseHangul', () => {
  test.each([
    ['백마', 'baeng-ma'],
    ['종로', 'jong-no'],
    ['왕십리', 'wang-sim-ni'],
    ['별내', 'byeol-lae'],
    ['신라', 'sil-la'],
    ['독립문', 'dong-nim-mun'],
    ['울산', 'ul-san'],
    ['벚꽃', 'beot-kkot'],
    ['한라산', 'hal-la-san'],
    ['맛있', 'ma-sit'],
    ['읽어', 'il-geo'],
    ['많아', 'ma-na'],
    ['싫어', 'si-reo'],
    ['좋아', 'jo-a'],
    ['영어', 'yeong-eo'],
    ['밖에', 'ba-kke'],
  ])('%s is %s', (hangul, romanised) => {
    expect(romaniseHangul(hangul).join('-')).toBe(romanised)
  })
})

describe('readRomanised', () => {
  test('a border that may lie on two sides gives two ways', () => {
    const ways = readRomanised('hangang').ways.map((way) => way.join(' '))
    expect(ways).toContain('HH AA N G AA NG')
    expect(ways).toContain('HH AA NG AA NG')
  })

  test.each(['school', 'bread', 'strip', 'x', ''])('%j is not made of Korean syllables', (word) => {
    expect(readRomanised(word).ways).toEqual([])
  })
})
