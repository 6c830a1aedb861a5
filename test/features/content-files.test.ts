import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ServedApp, startServedApp } from '../support/served-app.ts'
import { until } from '../support/until.ts'

const SITUATION = 'cafe-ordering'
const VARIATION = 'iced-americano-dongseong-ro'
const FILE = `prompts/situations/${SITUATION}/${VARIATION}.yaml`
const OTHER = 'takeout-with-card'
const OPENER = 'opener: "Hi there, welcome! What can I get for you today?"'

let app: ServedApp
let manifestHash: string
beforeAll(async () => {
  app = await startServedApp()
  manifestHash = (await app.status()).manifestHash
})
afterEach(async () => {
  await app.content.restore()
  await app.until((status) => status.manifestHash === manifestHash && status.faults.length === 0)
})
afterAll(() => app.close())

async function startSession(variation = VARIATION) {
  const userId = await app.givenUser()
  const variationId = await app.findVariation(SITUATION, variation)
  const { body } = await app.post(`/v1/users/${userId}/practice-sessions`, { variationId })
  return { ...body, userId, path: `/v1/users/${userId}/practice-sessions/${body.sessionId}` }
}

async function variationsOf(situation: string): Promise<{ name: string; version: number }[]> {
  const { items } = (await app.get('/v1/situations')).body
  const { situationId } = items.find(({ name }: { name: string }) => name === situation)
  return (await app.get(`/v1/situations/${situationId}/variations`)).body.items
}

/** What a new session would begin with. */
const openerNow = async () => (await startSession()).opener

async function untilOpener(opener: string): Promise<void> {
  await until(`the opener ${opener}`, openerNow, (now) => now === opener)
}

const untilBroken = () => app.until(({ faults }) => faults.length > 0)

/** What is reported after a change that breaks something. */
async function faultsAfter(change: Promise<unknown>): Promise<string[]> {
  await change
  await untilBroken()
  return (await app.status()).faults
}

describe('files that change while they are served', () => {
  test('are served without a restart, and a session under way keeps the text it began with', async () => {
    const before = await startSession()
    const { since } = await app.status()
    const sound = await app.content.read(FILE)
    await app.content.change(FILE, OPENER, 'opener: "Hello! What would you like?"')
    await untilOpener('Hello! What would you like?')

    expect(await variationsOf(SITUATION)).toContainEqual(
      expect.objectContaining({ name: VARIATION, version: 2 }),
    )
    expect((await app.get(before.path)).body).toMatchObject({
      opener: 'Hi there, welcome! What can I get for you today?',
      variationVersionId: before.variationVersionId,
    })
    expect((await startSession()).variationVersionId).not.toBe(before.variationVersionId)
    expect(Date.parse((await app.status()).since)).toBeGreaterThan(Date.parse(since))

    await app.content.write(FILE, sound)
    await untilOpener(before.opener)
    // The same text is the same version, whatever was served in between.
    expect(await variationsOf(SITUATION)).toContainEqual(
      expect.objectContaining({ name: VARIATION, version: 1 }),
    )
    expect((await startSession()).variationVersionId).toBe(before.variationVersionId)
  })

  test('a prompt that changes is for new sessions only', async () => {
    const promptOf = async ({ sessionId }: { sessionId: string }) =>
      app.db
        .selectFrom('user_situation_sessions')
        .innerJoin('content_versions', 'content_version_id', 'prompt_version_id')
        .select(['content_key as name', 'version_number as version'])
        .where('session_id', '=', sessionId)
        .executeTakeFirstOrThrow()
    const before = await startSession()
    await app.content.change('prompts/situation-reply.prompt.md', 'return to the scene.', 'go on. Be brief.')
    await app.until(() => app.logged().includes('has changed'))
    const startWithPrompt = async () => {
      const session = await startSession()
      return { session, version: (await promptOf(session)).version }
    }
    const { session: after } = await until('a new prompt', startWithPrompt, ({ version }) => version !== 1)
    expect(await promptOf(after)).toEqual({ name: 'situation-reply', version: 2 })
    expect((await app.post(`${before.path}/turns`, { text: 'A latte, please.' })).status).toBe(201)
    expect(await promptOf(before)).toEqual({ name: 'situation-reply', version: 1 })
  })

  test('a partial that changes is another version of each prompt that has it, and old sessions keep the old text', async () => {
    const prompts = () =>
      app.db
        .selectFrom('prompts')
        .innerJoin('content_versions as v', 'v.content_version_id', 'prompts.content_version_id')
        .select(['prompt_name as name', 'v.content_version_id as versionId', 'v.content'])
        .orderBy('prompt_name')
        .execute()
    const { sessionId } = await startSession()
    const before = await prompts()
    const partial = 'prompts/_keep-these-notes.prompt.md'
    await app.content.write(partial, `${await app.content.read(partial)}- Say nothing of ferrets.\n`)
    await app.until((status) => status.manifestHash !== manifestHash)

    const after = await prompts()
    const changed = after.filter(({ versionId }, at) => versionId !== before[at]?.versionId)
    expect(changed.map(({ name }) => name)).toEqual([
      'conversation-summary',
      'level-rewrite',
      'persona-reply',
      'remember-facts',
      'situation-reply',
    ])
    for (const { content } of changed) expect(JSON.stringify(content)).toContain('Say nothing of ferrets.')
    const played = await app.db
      .selectFrom('user_situation_sessions')
      .innerJoin('content_versions', 'content_version_id', 'prompt_version_id')
      .select('content')
      .where('session_id', '=', sessionId)
      .executeTakeFirstOrThrow()
    expect(JSON.stringify(played.content)).not.toContain('ferrets')
  })

  test('a persona that changes is for new conversations only', async () => {
    const userId = await app.givenUser()
    const start = () => app.post(`/v1/users/${userId}/conversations`, { personaId: 'daegu-friend' })
    const versionNow = async () =>
      (await app.get('/v1/personas')).body.items.find(({ id }: { id: string }) => id === 'daegu-friend')
        .version
    const before = (await start()).body
    const text = await app.content.read('personas/daegu-friend.persona.md')
    await app.content.write('personas/daegu-friend.persona.md', `${text}\nYou like baseball.\n`)
    await until('version 2 of the persona', versionNow, (version) => version === 2)
    const after = (await start()).body
    expect(after.personaVersionId).not.toBe(before.personaVersionId)
    const kept = (await app.get(`/v1/users/${userId}/conversations/${before.conversationId}`)).body
    expect(kept.personaVersionId).toBe(before.personaVersionId)
  })

  test('a variation that is deleted while it is practised goes on for its sessions and is gone for new ones', async () => {
    const running = await startSession(OTHER)
    const variationId = await app.findVariation(SITUATION, OTHER)
    const sound = await app.content.read(`prompts/situations/${SITUATION}/${OTHER}.yaml`)
    await app.content.remove(`prompts/situations/${SITUATION}/${OTHER}.yaml`)
    const hasOther = async () => (await variationsOf(SITUATION)).some(({ name }) => name === OTHER)
    await until('the variation to be gone', hasOther, (has) => !has)
    const refused = await app.post(`/v1/users/${running.userId}/practice-sessions`, { variationId })
    expect(refused).toMatchObject({ status: 404, body: { code: 'variation.not_found' } })

    const turn = await app.post(`${running.path}/turns`, { text: 'Hello!' })
    expect(turn).toMatchObject({
      status: 201,
      body: { stage: 'completed', reply: { text: expect.any(String) } },
    })
    expect((await app.post(`${running.path}/hints`)).body.level).toBe(1)
    expect((await app.get(running.path)).body.goals.length).toBeGreaterThan(0)
    expect((await app.post(`${running.path}/complete`)).body.status).toBe('completed')

    await app.content.write(`prompts/situations/${SITUATION}/${OTHER}.yaml`, sound)
    await until('the variation to be back', hasOther, (has) => has)
    expect(await app.findVariation(SITUATION, OTHER)).toBe(variationId)
  })
})

describe('files that break while they are served are named, and the last good content goes on:', () => {
  test('a YAML tab', async () => {
    const opener = await openerNow()
    const change = app.content.change(FILE, '  - id: order-drink', '\t- id: order-drink')
    expect(await faultsAfter(change)).toContainEqual(
      expect.stringMatching(new RegExp(`^${FILE}:10:1 .*tab`, 'i')),
    )
    expect(app.logged()).toContain(`${FILE}:10:1`)
    expect(await openerNow()).toBe(opener)
    expect((await app.get('/readyz')).body.status).toBe('ready')
  })

  test('a duplicate id', async () => {
    const change = app.content.change(FILE, 'id: answer-sugar', 'id: order-drink')
    expect(await faultsAfter(change)).toContainEqual(
      expect.stringMatching(
        new RegExp(`^${FILE}:\\d+:\\d+ goals\\.1\\.id goal 'order-drink' is given twice`),
      ),
    )
  })

  test('a persona with the name of another', async () => {
    const persona = 'personas/education-tutor.persona.md'
    const name = /^name: (.*)$/m.exec(await app.content.read('personas/story-partner.persona.md'))?.[0] ?? ''
    const twin = app.content.write(persona, (await app.content.read(persona)).replace(/^name: .*$/m, name))
    expect(await faultsAfter(twin)).toContainEqual(
      expect.stringMatching(
        /^personas\/story-partner\.persona\.md:\d+:\d+ name .* is also the name in personas\/education-tutor/,
      ),
    )
  })

  test('a file of 5 MB', async () => {
    const change = app.content.write(FILE, `# ${'x'.repeat(5_000_000)}\n`)
    expect(await faultsAfter(change)).toContainEqual(
      expect.stringMatching(new RegExp(`^${FILE}:1:1 is 50000\\d\\d bytes long; at most 262144 are read`)),
    )
  })

  test('a file saved half-way, which is served once it is whole', async () => {
    const sound = await app.content.read(FILE)
    const whole = sound.replace(OPENER, 'opener: "Good morning! What can I get you?"')
    const opener = await openerNow()
    await app.content.write(FILE, whole.slice(0, whole.length / 2))
    await untilBroken()
    expect(await openerNow()).toBe(opener)
    expect(await variationsOf(SITUATION)).toContainEqual(expect.objectContaining({ name: VARIATION }))
    await app.content.write(FILE, whole)
    await untilOpener('Good morning! What can I get you?')
    expect((await app.status()).faults).toEqual([])
  })

  test('a partial that cannot be filled in, which breaks the prompts that have it', async () => {
    const file = 'prompts/_keep-these-notes.prompt.md'
    const opener = await openerNow()
    const change = app.content.write(file, `${await app.content.read(file)}{{#if}}\n`)
    expect(await faultsAfter(change)).toContainEqual(expect.stringMatching(new RegExp(`^${file}:\\d+:\\d+ `)))
    expect(await openerNow()).toBe(opener)
  })

  test('a prompt that the service needs and that is gone', async () => {
    const file = 'prompts/turn-judge.prompt.md'
    expect(await faultsAfter(app.content.remove(file))).toEqual([
      'prompts/turn-judge.prompt.md:1:1 is missing: the service uses it',
    ])
  })
})

test('no request is refused or left waiting while files change, break and are mended', async () => {
  const sound = await app.content.read(FILE)
  let isChanging = true
  const statuses: number[] = []
  const ask = async () => {
    while (isChanging) statuses.push((await app.get('/v1/situations?limit=5')).status)
  }
  const askers = [ask(), ask(), ask()]
  await app.content.change(FILE, OPENER, 'opener: "One moment, please!"')
  await untilOpener('One moment, please!')
  await app.content.write(FILE, 'opener: [')
  await untilBroken()
  await app.content.write(FILE, sound)
  await untilOpener('Hi there, welcome! What can I get for you today?')
  isChanging = false
  await Promise.all(askers)
  expect(statuses.length).toBeGreaterThan(10)
  expect(statuses.filter((status) => status !== 200)).toEqual([])
})
