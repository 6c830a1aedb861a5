import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { NEEDED_PROMPTS } from '#app/prompt-contracts.ts'
import {
  type Label,
  listMoves,
  loadContent,
  type Publication,
  publishContent,
  readContent,
  rollbackLabel,
  type Target,
} from '#features/content/index.ts'
import { type ServedApp, startServedApp } from '../support/served-app.ts'

const VARIATION_FILE = 'prompts/situations/cafe-ordering/iced-americano-dongseong-ro.yaml'
const OPENER = 'opener: "Hi there, welcome! What can I get for you today?"'

let app: ServedApp
beforeAll(async () => {
  app = await startServedApp()
  await publish({ label: 'production', message: 'the first' })
  await app.restart({ MALGIL_CONTENT: 'production' })
})
/** Each test begins with release 1 served. */
afterEach(async () => {
  await app.content.restore()
  await rollback({ to: 1 })
  await app.until(({ release }) => release === 1)
})
afterAll(() => app.close())

function publish(more: Partial<Publication> = {}) {
  const { faults, ...files } = readContent(app.content.root)
  if (faults.length > 0) throw new Error(JSON.stringify(faults))
  return publishContent(
    { db: app.db },
    {
      label: 'production',
      files,
      selection: undefined,
      neededPrompts: NEEDED_PROMPTS,
      author: 'Ann Editor',
      gitCommit: null,
      message: undefined,
      expected: undefined,
      ...more,
    },
  )
}

function rollback(target: Target, label: Label = 'production') {
  const neededPrompts = NEEDED_PROMPTS
  return rollbackLabel(
    { db: app.db },
    { label, target, neededPrompts, author: 'Ben Operator', message: 'too hard', expected: undefined },
  )
}

const sayHello = () => app.content.change(VARIATION_FILE, OPENER, 'opener: "Hello! What would you like?"')

async function startSession() {
  const userId = await app.givenUser()
  const variationId = await app.findVariation('cafe-ordering', 'iced-americano-dongseong-ro')
  const { body } = await app.post(`/v1/users/${userId}/practice-sessions`, { variationId })
  return { ...body, path: `/v1/users/${userId}/practice-sessions/${body.sessionId}` }
}

const movesOf = async (label: Label) =>
  (await listMoves(app.db, { label })).map(({ from, to, movedBy, message }) => ({
    from,
    to,
    movedBy,
    message,
  }))

/** Everything that publishing could leave behind. */
async function recordsOf() {
  const count = async (table: string) => {
    const { rows } = await sql<{
      count: number
    }>`select count(*)::int as count from ${sql.table(table)}`.execute(app.db)
    return rows[0]?.count
  }
  return {
    versions: await count('content_versions'),
    releases: await count('content_releases'),
    items: await count('content_release_items'),
    moves: await count('content_label_moves'),
  }
}

describe('a label that is served', () => {
  test('shows its release, whatever happens to the files', async () => {
    await app.content.write(VARIATION_FILE, 'opener: [')
    expect(await app.status()).toMatchObject({ source: 'production', release: 1, faults: [] })
    expect((await startSession()).opener).toContain('Hi there, welcome!')
  })

  test('serves what is published next without a restart, and a session under way keeps what it began with', async () => {
    const before = await startSession()
    await sayHello()
    const { status, from, release } = await publish()
    expect({ status, from: from?.number, to: release.number }).toEqual({
      status: 'published',
      from: 1,
      to: 2,
    })
    // The catalogue moves with the label; what a process keeps in memory follows.
    expect((await startSession()).opener).toBe('Hello! What would you like?')
    await app.until((now) => now.release === 2)
    expect((await app.get(before.path)).body).toMatchObject({
      opener: expect.stringContaining('Hi there, welcome!'),
      variationVersionId: before.variationVersionId,
    })
    expect((await app.post(`${before.path}/turns`, { text: 'Hello' })).body.stage).toBe('completed')
  })

  test('rolled back serves the very versions from before, by number or step by step', async () => {
    const { variationVersionId } = await startSession()
    await sayHello()
    await publish({ message: 'a new opener' })
    await rollback({ steps: 1 })
    expect((await startSession()).variationVersionId).toBe(variationVersionId)
    const { items } = (await app.get('/v1/situations')).body
    expect(new Set(items.map(({ version }: { version: number }) => version))).toEqual(new Set([1]))
    expect((await movesOf('production')).slice(-2)).toEqual([
      { from: 1, to: 2, movedBy: 'Ann Editor', message: 'a new opener' },
      { from: 2, to: 1, movedBy: 'Ben Operator', message: 'too hard' },
    ])
    // What was rolled back is not among those before.
    await expect(rollback({ steps: 1 })).rejects.toMatchObject({ code: 'label.no_earlier_release' })
    await expect(rollback({ to: 99 })).rejects.toMatchObject({ code: 'release.not_found' })
  })

  test('rolled back to a release whose locations changed has its locations and their situations again', async () => {
    const locations = async () => (await app.get('/v1/locations')).body.items
    const hiking = async () =>
      (await app.get('/v1/situations?location=apsan')).body.items.map(({ name }: { name: string }) => name)
    const before = await locations()
    await app.content.change('prompts/locations/apsan.yaml', 'district: Nam-gu', 'district: Suseong-gu')
    await app.content.remove('prompts/locations/lions-park.yaml')
    await app.content.change('prompts/situations/baseball-game/situation.yaml', 'location: lions-park\n', '')
    await publish()
    const changed: { locationName: string; district: string; version: number }[] = await locations()
    expect(changed).toHaveLength(before.length - 1)
    expect(changed.find(({ locationName }) => locationName === 'apsan')).toMatchObject({
      district: 'Suseong-gu',
      version: 2,
    })

    await rollback({ steps: 1 })
    expect(await locations()).toEqual(before)
    expect(await hiking()).toEqual(['apsan-hiking'])
    const { items } = (await app.get('/v1/situations?location=lions-park')).body
    expect(items).toMatchObject([{ name: 'baseball-game', version: 1 }])
  })
})

describe('publishing', () => {
  test('twice the same has nothing to do', async () => {
    const before = await recordsOf()
    expect(await publish()).toMatchObject({ status: 'unchanged', release: { number: 1 } })
    expect(await recordsOf()).toEqual(before)
  })

  test('copies only what changed, and says of each text who published it from which commit', async () => {
    const before = await recordsOf()
    await app.content.change(VARIATION_FILE, OPENER, 'opener: "Good evening!"')
    const gitCommit = `${'c'.repeat(40)}+changes`
    const { release } = await publish({ author: 'Cho Author', gitCommit })
    expect(release).toMatchObject({ author: 'Cho Author', gitCommit })
    expect((await recordsOf()).versions).toBe((before.versions ?? 0) + 1)
    const versions = await app.db
      .selectFrom('content_versions')
      .select(['content_key as key', 'author', 'git_commit as gitCommit'])
      .where('author', '=', 'Cho Author')
      .execute()
    expect(versions).toEqual([
      { key: 'cafe-ordering/iced-americano-dongseong-ro', author: 'Cho Author', gitCommit },
    ])
    // Versions and releases are for good: the same text again is the same.
    expect(await publish({ label: 'staging' })).toMatchObject({ release: { number: release.number } })
  })

  test('to another label changes nothing for learners, and can be promoted from there', async () => {
    await app.content.change(VARIATION_FILE, OPENER, 'opener: "Good afternoon!"')
    const staged = await publish({ label: 'draft' })
    expect((await startSession()).opener).toContain('Hi there, welcome!')
    expect((await app.status()).release).toBe(1)
    expect((await publish()).release.number).toBe(staged.release.number)
    expect((await startSession()).opener).toBe('Good afternoon!')
  })

  test('of some files leaves the others as the label has them', async () => {
    await sayHello()
    await app.content.remove('prompts/situations/cafe-ordering/takeout-with-card.yaml')
    await publish({ selection: [VARIATION_FILE] })
    expect((await startSession()).opener).toBe('Hello! What would you like?')
    expect(await app.findVariation('cafe-ordering', 'takeout-with-card')).toEqual(expect.any(String))

    await publish({ selection: ['prompts/situations/cafe-ordering'] })
    const { items } = (await app.get('/v1/situations')).body
    const cafe = items.find(({ name }: { name: string }) => name === 'cafe-ordering')
    const { body } = await app.get(`/v1/situations/${cafe.situationId}/variations`)
    expect(body.items.map(({ name }: { name: string }) => name)).not.toContain('takeout-with-card')
    await expect(publish({ selection: ['prompts/_keep-these-notes.prompt.md'] })).rejects.toMatchObject({
      code: 'content.path_is_partial',
    })
    await expect(publish({ selection: ['prompts/nowhere'] })).rejects.toMatchObject({
      code: 'content.path_unknown',
    })
  })

  test('of a changed partial makes a version of each prompt that has it, with the partial in it', async () => {
    const before = await recordsOf()
    const partial = 'prompts/_keep-these-notes.prompt.md'
    await app.content.write(partial, `${await app.content.read(partial)}- Say nothing of ferrets.\n`)
    const { release } = await publish({ author: 'Fay Ferret' })
    expect((await recordsOf()).versions).toBe((before.versions ?? 0) + 5)
    await rollback({ to: 1 })
    // The partial's own file is not asked again.
    await app.content.restore()
    await rollback({ to: release.number })
    const reply = await app.db
      .selectFrom('prompts')
      .innerJoin('content_versions as v', 'v.content_version_id', 'prompts.content_version_id')
      .select(['v.content', 'v.author'])
      .where('prompt_name', '=', 'persona-reply')
      .executeTakeFirstOrThrow()
    expect(reply.author).toBe('Fay Ferret')
    expect(JSON.stringify(reply.content)).toContain('Say nothing of ferrets.')
  })

  test('of some files that do not fit the rest is refused', async () => {
    await app.content.remove('prompts/locations/lions-park.yaml')
    await app.content.change('prompts/situations/baseball-game/situation.yaml', 'location: lions-park\n', '')
    await expect(publish({ selection: ['prompts/locations'] })).rejects.toMatchObject({
      code: 'content.invalid',
      message: expect.stringContaining("situation.yaml:1:1 location 'lions-park' is not published"),
    })
  })

  test('by two people at once moves the label once: the second is told who was first', async () => {
    await app.content.change(VARIATION_FILE, OPENER, 'opener: "From Ann!"')
    const first = publish({ expected: 1, message: 'mine' })
    await app.content.change(VARIATION_FILE, 'From Ann!', 'From Ben!')
    const second = publish({ expected: 1, author: 'Ben Operator' })
    const [ann, ben] = await Promise.allSettled([first, second])
    expect([ann.status, ben.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    const loser = ann.status === 'rejected' ? ann : ben
    expect(loser).toMatchObject({
      reason: {
        kind: 'conflict',
        code: 'label.moved',
        message: expect.stringMatching(/no longer points to release 1: .* moved it to release \d+ at \d{4}-/),
      },
    })
    expect((await movesOf('production')).filter(({ from }) => from === 1).length).toBeGreaterThan(0)
    await expect(publish({ label: 'production', expected: null })).rejects.toMatchObject({
      message: expect.stringContaining('no longer points to no release'),
    })
  })

  test('that is interrupted half-way leaves nothing behind, and works the next time', async () => {
    const before = { records: await recordsOf(), moves: await movesOf('production') }
    // The last thing that publishing writes breaks off.
    await sql`
      create function fail() returns trigger language plpgsql as $$ begin raise exception 'the cable was pulled'; end $$`.execute(
      app.db,
    )
    await sql`create trigger interrupt before update on content_serving for each row execute function fail()`.execute(
      app.db,
    )
    await app.content.change(VARIATION_FILE, OPENER, 'opener: "Never seen!"')
    try {
      await expect(publish()).rejects.toThrow('the cable was pulled')
    } finally {
      await sql`drop trigger interrupt on content_serving`.execute(app.db)
      await sql`drop function fail()`.execute(app.db)
    }
    expect({ records: await recordsOf(), moves: await movesOf('production') }).toEqual(before)
    expect((await startSession()).opener).toContain('Hi there, welcome!')
    expect((await publish()).status).toBe('published')
    expect((await startSession()).opener).toBe('Never seen!')
  })

  test('without a prompt that the service needs is refused', async () => {
    const { faults: _, prompts, ...rest } = readContent(app.content.root)
    const files = { ...rest, prompts: prompts.filter(({ value }) => value.name !== 'turn-judge') }
    await expect(publish({ files })).rejects.toMatchObject({
      code: 'content.invalid',
      message: expect.stringContaining('prompts/turn-judge.prompt.md:1:1 is missing'),
    })
  })
})

describe('what a label does not serve', () => {
  test('a release that this program cannot read is not pointed to', async () => {
    await app.content.change(VARIATION_FILE, OPENER, 'opener: "Soon unreadable!"')
    const { release } = await publish()
    await rollback({ to: 1 })
    await sql`update content_versions set content = content - 'closing' where content->>'opener' = 'Soon unreadable!'`.execute(
      app.db,
    )
    await expect(rollback({ to: release.number })).rejects.toMatchObject({
      code: 'release.unreadable',
      message: expect.stringContaining(VARIATION_FILE),
    })
    expect((await startSession()).opener).toContain('Hi there, welcome!')
  })

  test('files of a checkout do not take its place unless they are asked for', async () => {
    await expect(app.restart({ MALGIL_CONTENT: '' })).rejects.toMatchObject({
      code: 'content.serves_label',
      message: expect.stringContaining('MALGIL_CONTENT=production'),
    })
    await app.restart({ MALGIL_CONTENT: 'files' })
    expect(await app.status()).toMatchObject({ source: 'files', release: null })
    await app.restart({ MALGIL_CONTENT: 'production' })
    expect(await app.status()).toMatchObject({ source: 'production', release: 1 })
  })

  test('that another process took its place is told, and a start puts it right', async () => {
    await loadContent({ db: app.db }, readContent(app.content.root))
    await app.until(({ faults }) => faults.length > 0)
    expect((await app.status()).faults).toEqual([
      'Another process made this database serve files in place of production',
    ])
    expect(app.logged()).toContain('in place of production')
    await app.restart()
    expect(await app.status()).toMatchObject({ source: 'production', release: 1, faults: [] })
  })
})
