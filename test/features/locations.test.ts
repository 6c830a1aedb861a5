import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadContent, readContent } from '#features/content/index.ts'
import { REPOSITORY } from '../support/repository.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const NO_SUCH_ID = '019a0000-0000-7000-8000-000000000000'
const content = readContent(REPOSITORY)

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
beforeEach(async () => {
  await loadContent({ db: app.database.db }, content)
})
afterAll(() => app.close())

const itemsOf = async (path: string) => (await app.get(path)).body.items
const namesOf = async (path: string, key: string) =>
  (await itemsOf(path)).map((item: Record<string, unknown>) => item[key])

async function locationNamed(name: string) {
  const items: { locationName: string; locationId: string; version: number }[] =
    await itemsOf('/v1/locations')
  const found = items.find(({ locationName }) => locationName === name)
  if (!found) throw new Error(`no location ${name}`)
  return found
}

describe('GET /locations', () => {
  test('lists every authored location by name, page by page', async () => {
    const authored = content.locations.map(({ value }) => value.location_name)
    expect(await namesOf('/v1/locations', 'locationName')).toEqual(authored.toSorted())

    const first = (await app.get('/v1/locations?limit=3')).body
    expect(first.items).toHaveLength(3)
    const second = (await app.get(`/v1/locations?limit=100&cursor=${first.nextCursor}`)).body
    expect([...first.items, ...second.items]).toEqual(await itemsOf('/v1/locations'))
  })

  test('filters by district and type, together and alone', async () => {
    const all: { district: string; locationType: string }[] = await itemsOf('/v1/locations')
    const [one] = all
    if (!one) throw new Error('no location')
    const query = `district=${one.district}&type=${one.locationType}`
    const both = all.filter((it) => it.district === one.district && it.locationType === one.locationType)
    expect(await itemsOf(`/v1/locations?${query}`)).toEqual(both)
    expect(await itemsOf(`/v1/locations?district=${one.district}`)).toEqual(
      all.filter(({ district }) => district === one.district),
    )
    expect(await itemsOf(`/v1/locations?type=${one.locationType}`)).toEqual(
      all.filter(({ locationType }) => locationType === one.locationType),
    )
    expect(both.length).toBeLessThan(all.length)
    expect(await itemsOf('/v1/locations?district=Nowhere')).toEqual([])
  })

  test.each(['limit=0', 'cursor=%21', 'city=Daegu'])('refuses ?%s', async (query) => {
    expect((await app.get(`/v1/locations?${query}`)).status).toBe(400)
  })
})

describe('GET /locations/{locationId}', () => {
  test('gives the cultural notes, what to say, and the situations that are set there or related', async () => {
    const { locationId } = await locationNamed('suseong-lake')
    const { status, body } = await app.get(`/v1/locations/${locationId}`)
    const authored = content.locations.find(({ value }) => value.location_name === 'suseong-lake')?.value
    expect(status).toBe(200)
    expect(body).toMatchObject({
      locationId,
      name: authored?.name,
      latitude: authored?.coordinates.latitude,
      longitude: authored?.coordinates.longitude,
      address: null,
      culturalNotes: authored?.cultural_notes,
      usefulExpressions: authored?.useful_expressions,
    })
    expect(body.situations.map(({ name }: { name: string }) => name)).toEqual(authored?.related_situations)
    expect(body.situations[0]).toEqual({
      situationId: expect.any(String),
      name: expect.any(String),
      category: expect.any(String),
      difficultyLevel: expect.any(String),
    })
  })

  test('names a situation that is set there even when the location does not name it', async () => {
    const locations = content.locations.map((location) => ({
      ...location,
      value: { ...location.value, related_situations: [] },
    }))
    await loadContent({ db: app.database.db }, { ...content, locations })
    const { locationId } = await locationNamed('apsan')
    const { situations } = (await app.get(`/v1/locations/${locationId}`)).body
    expect(situations).toMatchObject([{ name: 'apsan-hiking' }])
  })

  test('is a problem where there is none, or none any more', async () => {
    const missing = await app.get(`/v1/locations/${NO_SUCH_ID}`)
    expect(missing).toMatchObject({ status: 404, body: { code: 'location.not_found' } })
    expect((await app.get('/v1/locations/apsan')).status).toBe(400)

    const { locationId } = await locationNamed('apsan')
    const locations = content.locations.filter(({ value }) => value.location_name !== 'apsan')
    await loadContent({ db: app.database.db }, { ...content, locations })
    expect((await app.get(`/v1/locations/${locationId}`)).status).toBe(404)
  })
})

describe('GET /cultural-contexts', () => {
  test('lists every authored context, and filters by category and level', async () => {
    const all: { category: string; difficultyLevel: string }[] = await itemsOf('/v1/cultural-contexts')
    expect(await namesOf('/v1/cultural-contexts', 'contextName')).toEqual(
      content.culturalContexts.map(({ value }) => value.context_name).toSorted(),
    )
    const customs = all.filter(({ category }) => category === 'custom')
    expect(await itemsOf('/v1/cultural-contexts?category=custom')).toEqual(customs)
    expect(await itemsOf('/v1/cultural-contexts?category=custom&level=beginner')).toEqual(
      customs.filter(({ difficultyLevel }) => difficultyLevel === 'beginner'),
    )
    expect(customs.length).toBeLessThan(all.length)
    expect((await app.get('/v1/cultural-contexts?level=expert')).status).toBe(400)
  })
})

describe('GET /situations', () => {
  test('filters by the name of a location, and still by the wider place', async () => {
    const { locationId } = await locationNamed('apsan')
    const items = await itemsOf('/v1/situations?location=apsan')
    expect(items).toMatchObject([{ name: 'apsan-hiking', locationId, locationName: 'apsan' }])
    expect(await namesOf('/v1/situations?location=Daegu', 'name')).toEqual(
      await namesOf('/v1/situations', 'name'),
    )
    expect(await namesOf('/v1/situations?location=apsan&level=advanced', 'name')).toEqual([])
  })

  test('does not name a location that is hidden', async () => {
    const locations = content.locations.map((location) => ({
      ...location,
      value: { ...location.value, is_active: location.value.location_name !== 'apsan' },
    }))
    await loadContent({ db: app.database.db }, { ...content, locations })
    expect(await itemsOf('/v1/situations?location=apsan')).toEqual([])
    const all: { name: string; locationId: string | null }[] = await itemsOf('/v1/situations')
    expect(all.find(({ name }) => name === 'apsan-hiking')?.locationId).toBeNull()
  })
})

test('the documentation shows the calls and what they filter by', async () => {
  const { paths } = (await app.get('/openapi.json', { key: null })).body
  const filtersOf = (path: string) => paths[path].get.parameters.map(({ name }: { name: string }) => name)
  expect(filtersOf('/v1/locations')).toEqual(['limit', 'cursor', 'district', 'type'])
  expect(filtersOf('/v1/locations/{locationId}')).toEqual(['locationId'])
  expect(filtersOf('/v1/cultural-contexts')).toEqual(['limit', 'cursor', 'category', 'level'])
  expect(filtersOf('/v1/situations')).toContain('location')
})

describe('loading', () => {
  const counts = async () => {
    const { rows } = await sql<{ kind: string; count: number }>`
      select kind, count(*)::int as count from content_versions group by kind order by kind`.execute(
      app.database.db,
    )
    return rows
  }

  test('the same files again changes nothing', async () => {
    const before = {
      locations: await itemsOf('/v1/locations'),
      contexts: await itemsOf('/v1/cultural-contexts'),
      versions: await counts(),
    }
    expect(before.versions).toContainEqual({ kind: 'location', count: content.locations.length })
    expect(before.versions).toContainEqual({
      kind: 'cultural_context',
      count: content.culturalContexts.length,
    })
    await loadContent({ db: app.database.db }, content)
    expect(await itemsOf('/v1/locations')).toEqual(before.locations)
    expect(await itemsOf('/v1/cultural-contexts')).toEqual(before.contexts)
    expect(await counts()).toEqual(before.versions)
  })

  test('a new text keeps the id and counts as a new version', async () => {
    const before = await locationNamed('apsan')
    const contextBefore = (await itemsOf('/v1/cultural-contexts'))[0]
    const contentHash = 'e'.repeat(64)
    await loadContent(
      { db: app.database.db },
      {
        ...content,
        locations: content.locations.map((location) =>
          location.value.location_name === 'apsan' ? { ...location, contentHash } : location,
        ),
        culturalContexts: content.culturalContexts.map((context) => ({ ...context, contentHash })),
      },
    )
    expect(await locationNamed('apsan')).toEqual({ ...before, version: before.version + 1 })
    expect((await itemsOf('/v1/cultural-contexts'))[0]).toEqual({
      ...contextBefore,
      version: contextBefore.version + 1,
    })
  })

  test.each(['latitude = 90.1', 'longitude = -180.1'])('the database refuses %s', async (change) => {
    const update = sql.raw(`update locations set ${change}`).execute(app.database.db)
    await expect(update).rejects.toThrow(/locations_(?:lat|long)itude_check/)
  })
})
