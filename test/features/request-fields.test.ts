import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import type { Endpoint } from '#platform/http/endpoint.ts'
import { stringLeaves } from '../support/string-leaves.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm } from '../support/test-client.ts'

const REQUESTS_PER_MINUTE = 5

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ env: { MALGIL_REQUESTS_PER_MINUTE_USER: String(REQUESTS_PER_MINUTE) } })
})
beforeEach(() => app.reset())
afterAll(() => app.close())

/** What a record of preferences holds is checked as a whole. */
const CHECKED_AS_A_WHOLE = /avatarCustomization/

const leavesOf = ({ method, path, params, query, body, multipart }: Endpoint) =>
  [params, query, body, multipart?.fields]
    .filter((schema) => schema !== undefined)
    .flatMap((schema) => stringLeaves(schema))
    .filter((leaf) => !CHECKED_AS_A_WHOLE.test(leaf.path))
    .map((leaf) => ({ name: `${method} ${path} ${leaf.path}`, schema: leaf.schema as z.ZodType }))

describe('every text of a request', () => {
  test('refuses what PostgreSQL cannot store (faults.md A14)', () => {
    const leaves = app.service.endpoints.flatMap(leavesOf)

    const taken = leaves.filter(({ schema }) =>
      ['a\0b', 'a\ud800'].some((text) => schema.safeParse(text).success),
    )

    expect(leaves.length).toBeGreaterThan(30)
    expect(taken.map(({ name }) => name)).toEqual([])
  })

  test('that is an id has one spelling (faults.md A15)', () => {
    const id = crypto.randomUUID()
    const ids = app.service.endpoints.flatMap(leavesOf).filter(({ schema }) => schema.safeParse(id).success)
    const uuids = ids.filter(({ schema }) => !schema.safeParse('no id').success)

    expect(uuids.length).toBeGreaterThan(20)
    expect(
      uuids.filter(({ schema }) => schema.parse(id.toUpperCase()) !== id).map(({ name }) => name),
    ).toEqual([])
  })
})

/** The same id in capitals, digit by digit. */
function spellings(id: string, count: number): string[] {
  const letters = [...id.matchAll(/[a-f]/g)].map(({ index }) => index)
  return Array.from({ length: count }, (_, number) =>
    [...id]
      .map((digit, at) =>
        (number >> letters.indexOf(at)) & 1 && letters.includes(at) ? digit.toUpperCase() : digit,
      )
      .join(''),
  )
}

describe('a learner whose id is spelled in capitals (faults.md A15)', () => {
  test('is one learner to the limits', async () => {
    const userId = await app.givenUser()
    const answers: number[] = []
    for (const id of spellings(userId, 12)) {
      answers.push((await app.get(`/v1/users/${id}/preferences`)).status)
    }

    expect(answers.filter((status) => status === 200)).toHaveLength(REQUESTS_PER_MINUTE)
    expect(answers.filter((status) => status === 429)).toHaveLength(12 - REQUESTS_PER_MINUTE)
  })

  test('has one folder of recordings', async () => {
    const { path, userId } = await app.givenSession()
    const capitals = path.replace(userId, userId.toUpperCase())

    const { status } = await app.post(`${capitals}/turns`, await audioForm('iced-americano.webm'))

    expect(status).toBe(201)
    expect(await readdir(join(app.dataDir, 'recordings'))).toEqual([userId])
  })
})

test.each(['0000-01-01', '0001-01-05', '1999-12-31', '3000-01-01', '9999-12-31', '2026-02-30'])(
  'usage of the day %s is refused by name (faults.md A16)',
  async (day) => {
    for (const name of ['from', 'to']) {
      const { status, body } = await app.get(`/v1/usage?${name}=${day}`)

      expect(status).toBe(400)
      expect(body).toMatchObject({ code: 'request.invalid', errors: [{ path: name }] })
    }
  },
)
