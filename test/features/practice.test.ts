import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { collectEvents, readEvents } from '../support/read-events.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm } from '../support/test-client.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
beforeEach(() => app.reset())
afterAll(() => app.close())

const SPOKEN = 'Can I get an iced americano, please?'

async function countRows(): Promise<Record<string, number>> {
  const { db } = app.database
  const count = async (
    table: 'situation_turns' | 'transcripts' | 'assessments' | 'llm_calls' | 'recordings',
  ) => (await db.selectFrom(table).select('user_id').execute()).length
  return {
    turns: await count('situation_turns'),
    transcripts: await count('transcripts'),
    assessments: await count('assessments'),
    llmCalls: await count('llm_calls'),
    recordings: await count('recordings'),
  }
}

describe('a session', () => {
  test('starts with the authored opener and its goals open', async () => {
    const userId = await app.givenUser()
    const variationId = await app.findVariation('cafe-ordering', 'iced-americano-dongseong-ro')
    const { status, headers, body } = await app.post(`/v1/users/${userId}/practice-sessions`, { variationId })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      variationId,
      status: 'in_progress',
      opener: expect.stringContaining('What can I get'),
    })
    expect(body.goals.map(({ met }: { met: boolean }) => met)).toEqual([false, false, false, false])
    expect((await app.get(headers.get('Location') ?? '')).body).toEqual(body)
  })

  test('is the same one when the request comes again with its key (faults.md B1)', async () => {
    const userId = await app.givenUser()
    const variationId = await app.findVariation('cafe-ordering', 'takeout-with-card')
    const start = (id: string) =>
      app.post(
        `/v1/users/${userId}/practice-sessions`,
        { variationId: id },
        { headers: { 'Idempotency-Key': 'start-1' } },
      )
    const answers = await Promise.all([start(variationId), start(variationId), start(variationId)])
    expect(new Set(answers.map(({ body }) => body.sessionId)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('Idempotent-Replayed') === 'true')).toHaveLength(2)
    const other = await app.findVariation('cafe-ordering', 'iced-americano-dongseong-ro')
    expect(await start(other)).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } })
  })

  test('refuses a variation that is not there', async () => {
    const userId = await app.givenUser()
    const variationId = '019a0000-0000-7000-8000-000000000000'
    const answer = await app.post(`/v1/users/${userId}/practice-sessions`, { variationId })
    expect(answer).toMatchObject({
      status: 404,
      body: { code: 'variation.not_found', errors: [{ path: 'variationId' }] },
    })
  })

  test('gives its hints in order and the last one again', async () => {
    const { path } = await app.givenSession()
    const hints = []
    for (let i = 0; i < 4; i++) hints.push((await app.post(`${path}/hints`)).body)
    expect(hints.map(({ level, isLast }) => [level, isLast])).toEqual([
      [1, false],
      [2, false],
      [3, true],
      [3, true],
    ])
    expect(hints[0].text).toMatchObject({ en: expect.any(String), ko: expect.any(String) })
    expect((await app.get(path)).body.hintsGiven).toBe(4)
  })

  test('gives the same hint again for a repeated key, and counts it once', async () => {
    const { path } = await app.givenSession()
    const ask = () => app.post(`${path}/hints`, undefined, { headers: { 'Idempotency-Key': 'hint-1' } })
    const answers = [await ask(), await ask()]
    expect(answers.map(({ body }) => body.level)).toEqual([1, 1])
    expect(answers[1]?.headers.get('Idempotent-Replayed')).toBe('true')
    expect((await app.post(`${path}/hints`)).body.level).toBe(2)
    expect((await app.get(path)).body.hintsGiven).toBe(2)
  })

  test('that is completed has scores or reasons, and takes neither turns nor hints any more', async () => {
    const { path } = await app.givenSession()
    await app.post(`${path}/turns`, { text: 'I want iced americano' })
    const ratings = { difficultyRating: 2, satisfactionRating: 5 }
    const { status, body } = await app.post(`${path}/complete`, ratings)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'completed',
      ...ratings,
      scores: { overall: null, appropriateness: null },
    })
    expect(body.unscored).toMatchObject({
      overall: 'no_turn_was_scored',
      appropriateness: 'words_not_judged',
    })
    expect(body.mistakes).toEqual([expect.objectContaining({ turnNumber: 1, said: 'I want iced americano' })])
    expect(body.suggestions.length).toBeGreaterThan(0)

    expect((await app.post(`${path}/complete`, { difficultyRating: 5 })).body).toEqual(body)
    expect(await app.post(`${path}/turns`, { text: 'Hello' })).toMatchObject({
      status: 409,
      body: { code: 'session.ended' },
    })
    expect(await app.post(`${path}/hints`)).toMatchObject({ status: 409, body: { code: 'session.ended' } })
    expect(await app.post(`${path}/complete`, { difficultyRating: 6 })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'difficultyRating' }] },
    })
  })
})

describe('a typed turn', () => {
  test('is answered by the authored line, says that it is scripted, and is not scored for sound', async () => {
    const { path } = await app.givenSession()
    const { status, body } = await app.post(`${path}/turns`, { text: SPOKEN })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      turnNumber: 1,
      stage: 'completed',
      transcript: { text: SPOKEN, source: 'typed' },
      reply: { provider: 'scripted', scripted: true, text: expect.stringContaining('sugar') },
      assessment: null,
      unscoredReason: 'no_audio',
      feedback: { basis: 'heuristic', goalReached: 'order-drink', betterWording: null, mistakes: [] },
    })
    expect((await app.get(path)).body.goals[0]).toMatchObject({ id: 'order-drink', met: true })
    expect(await countRows()).toEqual({
      turns: 1,
      transcripts: 1,
      assessments: 1,
      llmCalls: 1,
      recordings: 0,
    })
  })

  test('plays the dialogue through all goals to its closing', async () => {
    const { path } = await app.givenSession()
    const says = [SPOKEN, 'No sugar, thank you.', 'A large one, please.', 'For here, please.']
    const replies = []
    for (const text of says) replies.push((await app.post(`${path}/turns`, { text })).body.reply.text)
    expect(replies[3]).toContain('Enjoy your day!')
    expect(replies.slice(0, 3).join(' ')).not.toContain('Enjoy your day!')
    const { goals } = (await app.get(path)).body
    expect(goals.every(({ met }: { met: boolean }) => met)).toBe(true)
  })

  test('with an authored mistake gets its correction, and with something else a fallback line', async () => {
    const { path } = await app.givenSession()
    const mistaken = (await app.post(`${path}/turns`, { text: 'One ice americano, please.' })).body
    expect(mistaken.feedback.mistakes).toEqual([expect.objectContaining({ said: 'ice americano' })])
    const lost = (await app.post(`${path}/turns`, { text: 'My grandmother collects stamps' })).body
    expect(lost.feedback.goalReached).toBeNull()
    expect(lost.reply.text).toMatch(/^Sorry/)
  })

  test.each([
    ['empty', ''],
    ['only spaces and invisible characters', ' \u200b\u2060'],
    ['100 kB long', 'a'.repeat(100_000)],
    ['a NUL', 'a\u0000'],
  ])('that is %s is refused, naming the field', async (_case, text) => {
    const { path } = await app.givenSession()
    const answer = await app.post(`${path}/turns`, { text })
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ path: 'text' }] },
    })
    expect((await countRows()).turns).toBe(0)
    expect((await app.post(`${path}/turns`, { text: 'Hello' })).status).toBe(201)
  })

  test('is refused after as many turns as the author allows', async () => {
    const { path } = await app.givenSession()
    for (let i = 0; i < 12; i++)
      expect((await app.post(`${path}/turns`, { text: `Hello ${i}` })).status).toBe(201)
    const answer = await app.post(`${path}/turns`, { text: 'Once more' })
    expect(answer).toMatchObject({ status: 409, body: { code: 'session.turn_limit_reached' } })
  })
})

describe('a spoken turn', () => {
  test('is kept, recognised, answered, measured and given feedback', async () => {
    const { userId, path } = await app.givenSession()
    const { status, body } = await app.post(`${path}/turns`, await audioForm('iced-americano.webm'))
    expect(status).toBe(201)
    expect(body).toMatchObject({
      stage: 'completed',
      input: { kind: 'audio', recordingId: expect.any(String) },
      transcript: { text: SPOKEN, source: 'matched', confidence: expect.any(Number) },
      reply: { scripted: true },
      unscoredReason: null,
      feedback: { goalReached: 'order-drink' },
    })
    const { assessment } = body
    expect(assessment).toMatchObject({
      basis: 'measured',
      scorer: { name: expect.any(String) },
      reference: SPOKEN,
    })
    expect(assessment.words.map(({ text }: { text: string }) => text.toLowerCase())).toEqual([
      'can',
      'i',
      'get',
      'an',
      'iced',
      'americano',
      'please',
    ])
    for (const word of assessment.words) expect(word.phones.length).toBeGreaterThan(0)
    expect(await countRows()).toEqual({
      turns: 1,
      transcripts: 1,
      assessments: 1,
      llmCalls: 1,
      recordings: 1,
    })

    const recording = await app.get(`/v1/users/${userId}/recordings/${body.input.recordingId}`)
    expect(recording.status).toBe(200)
    expect(recording.headers.get('Content-Type')).toBe('audio/webm')
  })

  test("is scored against the app's own transcript when it sends one", async () => {
    const { path } = await app.givenSession()
    const form = await audioForm('no-sugar.ogg', { transcript: 'No sugar, please.' })
    const { body } = await app.post(`${path}/turns`, form)
    expect(body).toMatchObject({
      transcript: { text: 'No sugar, please.', source: 'app' },
      feedback: { goalReached: 'answer-sugar' },
      assessment: { basis: 'measured' },
    })
  })

  test('that is none of the expected responses is answered, not guessed, and not scored', async () => {
    const { path } = await app.givenSession()
    const { status, body } = await app.post(`${path}/turns`, await audioForm('train-to-seoul.webm'))
    expect(status).toBe(201)
    expect(body).toMatchObject({
      stage: 'completed',
      transcript: { text: null, unmatchedReason: 'no_expected_response_matched' },
      assessment: null,
      unscoredReason: 'no_expected_response_matched',
      reply: { text: expect.stringMatching(/^Sorry/) },
    })
  })

  test('sent twice is one recording of two turns', async () => {
    const { path } = await app.givenSession()
    const first = (await app.post(`${path}/turns`, await audioForm('no-sugar.ogg'))).body
    const second = (await app.post(`${path}/turns`, await audioForm('no-sugar.ogg'))).body
    expect(second.input.recordingId).toBe(first.input.recordingId)
    expect(second.turnNumber).toBe(2)
    expect((await countRows()).recordings).toBe(1)
  })
})

describe('the events of a turn', () => {
  const stream = (path: string, body: RequestInit['body'], headers: Record<string, string> = {}) =>
    app.raw('POST', `${path}/turns`, body, { Accept: 'text/event-stream', ...headers })

  test('come in order, with the reply in pieces that make up the whole', async () => {
    const { path } = await app.givenSession()
    const events = await collectEvents(await stream(path, await audioForm('iced-americano.webm')))
    const names = events.map(({ event }) => event)
    expect(names.filter((name) => name !== 'reply.delta')).toEqual([
      'turn.received',
      'turn.transcribed',
      'reply.completed',
      'turn.assessed',
      'turn.completed',
    ])
    const pieces = events.filter(({ event }) => event === 'reply.delta')
    expect(pieces.length).toBeGreaterThan(1)
    const whole = events.find(({ event }) => event === 'reply.completed')?.data.reply.text
    expect(pieces.map(({ data }) => data.text).join('')).toBe(whole)
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
  })

  test('go on after the last one a client has, also long after the end', async () => {
    const { path } = await app.givenSession()
    const json = { 'Content-Type': 'application/json', 'Idempotency-Key': 'k1' }
    const first = await collectEvents(await stream(path, JSON.stringify({ text: SPOKEN }), json))
    const assessed = first.findIndex(({ event }) => event === 'reply.completed')
    const lastId = first[assessed]?.id ?? ''
    const resumed = await collectEvents(
      await stream(path, JSON.stringify({ text: SPOKEN }), { ...json, 'Last-Event-ID': lastId }),
    )
    expect(resumed).toEqual(first.slice(assessed + 1))
    const turnPath = `${path}/turns/${first[0]?.data.turnId}`
    const again = await collectEvents(
      await app.raw('GET', turnPath, undefined, { Accept: 'text/event-stream' }),
    )
    expect(again.map(({ event }) => event)).toEqual([
      'turn.received',
      'turn.transcribed',
      'reply.completed',
      'turn.assessed',
      'turn.completed',
    ])
    expect((await countRows()).llmCalls).toBe(1)
  })

  test('that a client stops reading do not stop the turn', async () => {
    const { path } = await app.givenSession()
    const response = await stream(path, await audioForm('iced-americano.webm'))
    let turnId = ''
    for await (const { event, data } of readEvents(response)) {
      if (event === 'turn.received') {
        turnId = data.turnId
        break
      }
    }
    const turn = await app.eventually(`${path}/turns/${turnId}`, ({ endedAt }) => endedAt !== null)
    expect(turn).toMatchObject({ stage: 'completed', reply: { scripted: true } })
  })

  test('end with the problem when the turn fails', async () => {
    const { path } = await app.givenSession()
    const events = await collectEvents(await stream(path, await audioForm('silence.wav')))
    expect(events.map(({ event }) => event)).toEqual(['turn.received', 'problem'])
    expect(events[1]?.data).toMatchObject({ code: 'audio.no_speech', status: 422 })
  })
})

describe('turns of one session', () => {
  test('sent at once: one is answered and the others are refused, and no number is used twice (faults.md B8)', async () => {
    const { path } = await app.givenSession()
    const answers = await Promise.all(
      Array.from({ length: 6 }, async () =>
        app.post(`${path}/turns`, await audioForm('iced-americano.webm')),
      ),
    )
    const statuses = answers.map(({ status }) => status).toSorted()
    expect(statuses[0]).toBe(201)
    expect(new Set(statuses.slice(1))).toEqual(new Set([409]))
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.body).toMatchObject({ code: 'turn.in_progress', retryable: true })
    expect(refused?.headers.get('Retry-After')).toBe('1')
    const next = await app.post(`${path}/turns`, { text: 'No sugar, thank you.' })
    expect(next.body.turnNumber).toBe(2)
  })

  test('with one key are one turn however often and at once they come (faults.md B1, B2, B3)', async () => {
    const { path } = await app.givenSession()
    const send = async () =>
      app.post(`${path}/turns`, { text: SPOKEN }, { headers: { 'Idempotency-Key': 'turn-1' } })
    const answers = await Promise.all(Array.from({ length: 50 }, send))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await countRows()).toMatchObject({ turns: 1, llmCalls: 1 })
    const other = await app.post(
      `${path}/turns`,
      { text: 'Other' },
      { headers: { 'Idempotency-Key': 'turn-1' } },
    )
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.key_reused' } })
    expect((await countRows()).turns).toBe(1)
  })

  test('can be acknowledged at once and asked for later', async () => {
    const { path } = await app.givenSession()
    const form = await audioForm('iced-americano.webm')
    const accepted = await app.post(`${path}/turns`, form, { headers: { Prefer: 'respond-async' } })
    expect(accepted.status).toBe(202)
    expect(accepted.body.turnId).toEqual(expect.any(String))
    const turn = await app.eventually(
      accepted.headers.get('Location') ?? '',
      ({ endedAt }) => endedAt !== null,
    )
    expect(turn.stage).toBe('completed')
  })
})

describe("another app's learner", () => {
  test('looks like a missing one at every address, and nothing happens to it', async () => {
    const { userId, path } = await app.givenSession()
    const turn = (await app.post(`${path}/turns`, await audioForm('iced-americano.webm'))).body
    const before = await countRows()
    const other = await app.newApp()
    const otherUser = await other.givenUser()
    const ownPath = `/v1/users/${otherUser}/practice-sessions/${turn.sessionId}`
    const recording = turn.input.recordingId
    const answers = [
      await other.post(`/v1/users/${userId}/practice-sessions`, { variationId: turn.turnId }),
      await other.get(path),
      await other.post(`${path}/turns`, { text: 'Hello' }),
      await other.post(`${path}/turns`, await audioForm('no-sugar.ogg')),
      await other.get(`${path}/turns/${turn.turnId}`),
      await other.post(`${path}/hints`),
      await other.post(`${path}/complete`, {}),
      await other.get(`/v1/users/${userId}/recordings/${recording}`),
      // Its own learner, with the ids of another's things.
      await other.get(ownPath),
      await other.post(`${ownPath}/turns`, { text: 'Hello' }),
      await other.get(`${ownPath}/turns/${turn.turnId}`),
      await other.post(`${ownPath}/hints`),
      await other.post(`${ownPath}/complete`, {}),
      await other.get(`/v1/users/${otherUser}/recordings/${recording}`),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
    expect(await countRows()).toEqual(before)
    expect((await app.get(path)).body.status).toBe('in_progress')
  })
})

test('no words of a learner are in the logs (faults.md G10)', async () => {
  const { path } = await app.givenSession()
  await app.post(`${path}/turns`, { text: 'zanzibar quokka' })
  await app.post(`${path}/turns`, await audioForm('no-sugar.ogg', { transcript: 'zanzibar quokka' }))
  await app.post(`${path}/turns`, { text: 'zanzibar quokka', extra: 1 })
  expect(app.logged()).toContain('/turns')
  expect(app.logged()).not.toMatch(/zanzibar|quokka/)
})
