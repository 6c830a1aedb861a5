import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { costMicroUsd, findPrice, type Price, type PricedUsage } from './price.ts'
import { PRICES_FILE, readPrices } from './prices-file.ts'

const price = (rest: Partial<Price> = {}): Price => ({
  id: 'price-1',
  provider: 'vendor',
  models: ['small'],
  validFrom: '2026-01-01',
  validUntil: undefined,
  microUsdPerToken: { input: 1, cachedInput: 0.1, cacheWrite: 1.25, output: 5 },
  microUsdPerAudioMinute: undefined,
  ...rest,
})

const usage = (rest: Partial<PricedUsage> = {}): PricedUsage => ({
  basis: 'reported',
  inputTokens: 1_000,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  outputTokens: 200,
  audioMs: null,
  ...rest,
})

describe('cost', () => {
  test('a dollar a million tokens is a micro-dollar a token', () => {
    expect(costMicroUsd(usage(), price())).toBe(1_000 + 5 * 200)
  })

  test('what was read from the cache and written to it have prices of their own', () => {
    const cached = usage({ cachedInputTokens: 600, cacheWriteTokens: 300 })

    expect(costMicroUsd(cached, price())).toBe(100 + 60 + 375 + 1_000)
  })

  test('audio is paid by the minute', () => {
    const audio = usage({ inputTokens: null, outputTokens: null, audioMs: 90_000 })

    expect(costMicroUsd(audio, price({ microUsdPerAudioMinute: 6_000 }))).toBe(9_000)
  })

  test('of a small call is a part of a micro-dollar, not nothing (faults.md C27)', () => {
    const tiny = price({ microUsdPerToken: { input: 0.02, cachedInput: 0, cacheWrite: 0, output: 0 } })
    expect(costMicroUsd(usage({ inputTokens: 3, outputTokens: 0 }), tiny)).toBe(0.06)
  })

  test('nothing is free that is only unknown', () => {
    expect(costMicroUsd(usage(), undefined)).toBeNull()
    expect(costMicroUsd(usage({ inputTokens: null }), price())).toBeNull()
    expect(costMicroUsd(usage({ basis: 'none', inputTokens: 0, outputTokens: 0 }), undefined)).toBe(0)
  })
})

describe('which price holds', () => {
  const old = price({ id: 'old', validUntil: '2026-06-30' })
  const current = price({ id: 'current', validFrom: '2026-07-01' })
  const family = price({ id: 'family', models: ['small*'] })
  const find = (prices: Price[], names: string[], on = '2026-06-30') =>
    findPrice(prices, { provider: 'vendor', names, on })?.id

  test('the one that was valid on the day', () => {
    expect(find([old, current], ['small'], '2026-06-30')).toBe('old')
    expect(find([old, current], ['small'], '2026-07-01')).toBe('current')
    expect(find([current], ['small'], '2026-06-30')).toBeUndefined()
  })

  test('by the served name, else by the asked one; an exact name before a family', () => {
    expect(find([family, old], ['small'])).toBe('old')
    expect(find([family, old], ['small-2026-05-01', 'small'])).toBe('family')
    expect(find([old], ['small-2026-05-01', 'small'])).toBe('old')
    expect(find([old], ['big'])).toBeUndefined()
  })
})

describe('the file', () => {
  function read(yaml: string) {
    const root = mkdtempSync(join(tmpdir(), 'malgil-prices-'))
    mkdirSync(dirname(join(root, PRICES_FILE)), { recursive: true })
    writeFileSync(join(root, PRICES_FILE), yaml)
    return readPrices(root)
  }
  const entry = (id: string, from: string, until = '') =>
    `  - { id: ${id}, provider: vendor, models: [small], valid_from: ${from}, ${until}source: the vendor's page,` +
    ' usd_per_million_tokens: { input: 1, output: 5 } }\n'

  test('what has no price for the cache costs as any input', () => {
    const { prices, faults } = read(`prices:\n${entry('a', '2026-01-01')}`)

    expect(faults).toEqual([])
    expect(prices[0]).toMatchObject({
      id: 'a',
      microUsdPerToken: { input: 1, cachedInput: 1, cacheWrite: 1, output: 5 },
    })
  })

  test('two prices for one model on one day are a fault, one after the other are not', () => {
    const until = 'valid_until: 2026-06-30, '
    expect(read(`prices:\n${entry('a', '2026-01-01', until)}${entry('b', '2026-07-01')}`).faults).toEqual([])
    expect(read(`prices:\n${entry('a', '2026-01-01', until)}${entry('b', '2026-06-30')}`).faults).toEqual([
      expect.objectContaining({ file: PRICES_FILE, line: 3, message: "is valid at the same time as 'a'" }),
    ])
  })

  test('no file means no prices', () => {
    expect(readPrices(tmpdir())).toEqual({ prices: [], faults: [] })
  })
})
