import { expect, test } from 'vitest'
import { loadOfContrast, loadOfPhone } from './functional-load.ts'

test('a contrast weighs the same in both orders, and as it is ranked', () => {
  expect(loadOfContrast('R', 'L')).toBe(1)
  expect(loadOfContrast('L', 'R')).toBe(1)
  expect(loadOfContrast('IY', 'IH')).toBe(0.8)
  expect(loadOfContrast('TH', 'S')).toBe(0.5)
  expect(loadOfContrast('F', 'TH')).toBe(0.1)
  expect(loadOfContrast('OY', 'K')).toBe(0.3)
})

test('a phone weighs as its ranked contrasts do in the mean', () => {
  expect(loadOfPhone('R')).toBe(1)
  expect(loadOfPhone('P')).toBe(1)
  expect(loadOfPhone('B')).toBeCloseTo((1 + 0.7) / 2)
})
