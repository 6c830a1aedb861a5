import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadContent, readContent } from '#features/content/index.ts'
import { REPOSITORY } from '../support/repository.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

describe('the catalogue', () => {
  test('lists the authored personas and situations, page by page', async () => {
    expect((await app.get('/v1/personas')).body.items.length).toBeGreaterThan(0)
    const all = (await app.get('/v1/situations')).body
    expect(all.items.length).toBeGreaterThan(1)
    expect(all.nextCursor).toBeNull()

    const names: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { items: { name: string }[]; nextCursor: string | null } = (
        await app.get(`/v1/situations?limit=1${cursor && `&cursor=${cursor}`}`)
      ).body
      names.push(...page.items.map(({ name }) => name))
      cursor = page.nextCursor
    }
    expect(names).toEqual(all.items.map(({ name }: { name: string }) => name))
  })

  test('filters by level, category and location', async () => {
    const { items } = (await app.get('/v1/situations')).body
    const [{ difficultyLevel, category }] = items
    const filtered = (await app.get(`/v1/situations?level=${difficultyLevel}&category=${category}`)).body
      .items
    expect(filtered.length).toBeGreaterThan(0)
    expect(filtered.every((item: { category: string }) => item.category === category)).toBe(true)
    expect((await app.get('/v1/situations?location=Nowhere')).body.items).toEqual([])
  })

  test('lists two variations or more for each situation, and a problem for one that is not there', async () => {
    const { items } = (await app.get('/v1/situations')).body
    for (const { situationId } of items) {
      const { body } = await app.get(`/v1/situations/${situationId}/variations`)
      expect(body.items.length).toBeGreaterThanOrEqual(2)
    }
    const missing = await app.get('/v1/situations/019a0000-0000-7000-8000-000000000000/variations')
    expect(missing).toMatchObject({ status: 404, body: { code: 'situation.not_found' } })
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['level=expert', 'level'],
    ['cursor=%21', 'cursor'],
    ['colour=red', ''],
  ])('refuses ?%s', async (query, path) => {
    const { status, body } = await app.get(`/v1/situations?${query}`)
    expect(status).toBe(400)
    expect(body.errors).toEqual([{ path, message: expect.any(String) }])
  })

  test('keeps ids and versions when the same files are loaded again, and counts a new text as a new version', async () => {
    const content = await readContent(REPOSITORY)
    const [situation, ...rest] = content.situations
    if (!situation) throw new Error('no situation')
    const name = situation.value.situation_name
    const before = (await app.get('/v1/situations')).body.items.find(
      (item: { name: string }) => item.name === name,
    )
    await loadContent({ db: app.database.db }, content)
    const same = (await app.get('/v1/situations')).body.items.find(
      (item: { name: string }) => item.name === name,
    )
    expect(same).toEqual(before)

    const changed = {
      ...situation,
      contentHash: 'f'.repeat(64),
      value: { ...situation.value, description: 'Another text' },
    }
    await loadContent({ db: app.database.db }, { ...content, situations: [changed, ...rest] })
    const after = (await app.get('/v1/situations')).body.items.find(
      (item: { name: string }) => item.name === name,
    )
    expect(after).toMatchObject({
      situationId: before.situationId,
      description: 'Another text',
      version: before.version + 1,
    })

    await loadContent({ db: app.database.db }, { ...content, situations: rest })
    const names = (await app.get('/v1/situations')).body.items.map((item: { name: string }) => item.name)
    expect(names).not.toContain(name)
    await loadContent({ db: app.database.db }, content)
  })
})
