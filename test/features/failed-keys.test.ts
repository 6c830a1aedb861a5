import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { revokeKey } from '#features/identity/index.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const PER_MINUTE = 10

/** Addresses come from the proxy that the tests are. */
const from = (address: string, key: string | null = null) => ({
  key,
  headers: { 'X-Forwarded-For': address },
})
const guess = (digit: string) => `malgil_${digit.repeat(12)}_${'x'.repeat(43)}`

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    env: { MALGIL_FAILURES_PER_MINUTE_ADDRESS: String(PER_MINUTE), MALGIL_TRUST_PROXY: 'loopback' },
  })
})
beforeEach(() => app.reset())
afterAll(() => app.close())

const statusesOf = async (count: number, address: string, key: string | null = null) => {
  const answers = await Promise.all(
    Array.from({ length: count }, () => app.get('/v1/personas', from(address, key))),
  )
  return answers.map(({ status }) => status).toSorted()
}
const exhaust = (address: string) => statusesOf(PER_MINUTE, address)

describe('requests without a valid key (faults.md A19)', () => {
  test.each([
    ['no key', null, '198.51.100.1'],
    ['no key of ours', 'secret', '198.51.100.2'],
    ['an unknown key', guess('a'), '198.51.100.3'],
  ])('with %s are refused after a number of them from one address', async (_, key, address) => {
    const statuses = await statusesOf(PER_MINUTE + 5, address, key)

    expect(statuses.filter((status) => status === 401)).toHaveLength(PER_MINUTE)
    expect(statuses.filter((status) => status === 429)).toHaveLength(5)
  })

  test('are told how long to wait, in a problem', async () => {
    await exhaust('198.51.100.4')

    const { status, headers, body } = await app.get('/v1/personas', from('198.51.100.4'))

    expect({ status, body }).toMatchObject({
      status: 429,
      body: { code: 'auth.too_many_failures', status: 429, retryable: true },
    })
    expect(headers.get('Content-Type')).toContain('application/problem+json')
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(Number(headers.get('Retry-After'))).toBeLessThanOrEqual(60)
  })

  test('are refused on every call, also where a learner is named', async () => {
    const userId = await app.givenUser()
    await exhaust('198.51.100.5')

    expect(await app.post(`/v1/users/${userId}/conversations`, {}, from('198.51.100.5'))).toMatchObject({
      status: 429,
      body: { code: 'auth.too_many_failures' },
    })
  })

  test('lock out nobody at another address', async () => {
    await exhaust('198.51.100.6')

    expect(await statusesOf(1, '198.51.100.7')).toEqual([401])
    expect(await statusesOf(1, '2001:db8:7::1')).toEqual([401])
  })

  test('are one caller in a /64 of IPv6, and another one beside it', async () => {
    for (let host = 1; host <= PER_MINUTE; host += 1) await statusesOf(1, `2001:db8:8:1::${host}`)

    expect(await statusesOf(1, '2001:db8:8:1:ffff::1')).toEqual([429])
    expect(await statusesOf(1, '2001:db8:8:2::1')).toEqual([401])
  })

  test('are answered without the database, from an exhausted address', async () => {
    await exhaust('198.51.100.9')
    const release = await app.occupyDatabase()
    try {
      expect(await statusesOf(20, '198.51.100.9')).toEqual(new Array(20).fill(429))
    } finally {
      await release()
    }
  })
})

describe('a good key at an address that is exhausted (faults.md A19)', () => {
  test('is served, whether this process has seen it before or not', async () => {
    const [known, unknown] = [await app.newApp(), await app.newApp()]
    await known.get('/v1/personas')
    await exhaust('203.0.113.1')

    expect((await app.get('/v1/personas', from('203.0.113.1', known.key))).status).toBe(200)
    // All keys are read a few times a second at most, and the tests before may have used that up.
    await expect
      .poll(async () => (await app.get('/v1/personas', from('203.0.113.1', unknown.key))).status, {
        timeout: 3_000,
        message: 'the key that this process had not seen is served',
      })
      .toBe(200)
    expect(await statusesOf(50, '203.0.113.1', unknown.key)).toEqual(new Array(50).fill(200))
  })

  test('does not count as a failure, however often it is used', async () => {
    const { key } = await app.newApp()
    expect(await statusesOf(1, '203.0.113.2', key)).toEqual([200])

    expect(await statusesOf(3 * PER_MINUTE, '203.0.113.2', key)).toEqual(new Array(3 * PER_MINUTE).fill(200))
    expect(await statusesOf(1, '203.0.113.2')).toEqual([401])
  })

  test('with a wrong secret is refused like any other', async () => {
    const { key } = await app.newApp()
    await exhaust('203.0.113.3')

    expect(await statusesOf(3, '203.0.113.3', `${key.slice(0, -4)}0000`)).toEqual([429, 429, 429])
  })

  test('is refused once it is revoked', async () => {
    const { key, prefix } = await app.newApp()
    await app.get('/v1/personas', from('203.0.113.4', key))
    await exhaust('203.0.113.4')
    await revokeKey(app.database, { prefix })

    expect(await statusesOf(1, '203.0.113.4', key)).toEqual([401])
    expect(await statusesOf(1, '203.0.113.4', key)).toEqual([429])
  })
})

test('what a caller writes into X-Forwarded-For is not believed unless a proxy is named', async () => {
  const direct = await startTestApp({ env: { MALGIL_FAILURES_PER_MINUTE_ADDRESS: '3' } })
  try {
    const statuses: number[] = []
    for (let host = 1; host <= 5; host += 1)
      statuses.push((await direct.get('/v1/personas', from(`192.0.2.${host}`))).status)

    expect(statuses).toEqual([401, 401, 401, 429, 429])
  } finally {
    await direct.close()
  }
})
