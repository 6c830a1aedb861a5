import { expect, test } from 'vitest'
import { readConfig } from '../config.ts'

const trustOf = (text?: string) => readConfig({ MALGIL_TRUST_PROXY: text }).http.trustProxy

test('no proxy is trusted unless one is named', () => {
  expect(trustOf()).toBe(false)
})

test.each([
  ['1', 1],
  ['10.0.0.0/8, loopback', ['10.0.0.0/8', 'loopback']],
  ['2001:db8::/32', ['2001:db8::/32']],
])('MALGIL_TRUST_PROXY=%s names proxies', (text, expected) => {
  expect(trustOf(text)).toEqual(expected)
})

test.each(['true', '0', '11', '-1', 'everything', '10.0.0.0/33', '10.0.0.0/0', '1.2.3', '::1/129', ','])(
  'MALGIL_TRUST_PROXY=%s is refused by name',
  (text) => {
    expect(() => trustOf(text)).toThrow(/MALGIL_TRUST_PROXY: must be a number of proxies/)
  },
)
