import { expect, test } from 'vitest'
import { followTurn } from '#features/practice/follow-turn.ts'
import { createTurnBus } from '#features/practice/index.ts'
import { startTestApp } from '../support/test-app.ts'

test('what was said is told before the first piece of the reply, also when both come at once', async () => {
  const app = await startTestApp()
  const { userId, path } = await app.givenSession()
  const { turnId } = (await app.post(`${path}/turns`, { text: 'One iced americano, please.' })).body
  const { db } = app.database
  const goTo = (stage: 'received' | 'transcribed') =>
    db
      .updateTable('situation_turns')
      .set({ stage, ended_at: null, lease_owner: turnId, lease_expires_at: new Date(Date.now() + 60_000) })
      .where('turn_id', '=', turnId)
      .execute()
  await goTo('received')
  const bus = createTurnBus()
  const gone = new AbortController()
  const events = followTurn({ db, bus }, { userId, turnId, signal: gone.signal })
  expect((await events.next()).value).toMatchObject({ event: 'turn.received' })
  await goTo('transcribed')
  bus.publish(turnId, { type: 'stage' })
  bus.publish(turnId, { type: 'delta', attempt: 1, index: 0, text: 'Sure' })
  expect((await events.next()).value).toMatchObject({ event: 'turn.transcribed' })
  expect((await events.next()).value).toMatchObject({ event: 'reply.delta', text: 'Sure' })
  gone.abort()
  await events.return(undefined)
  await app.close()
})

test('pieces that come while the turn is looked up are told before the whole reply, which may be stored by then', async () => {
  const app = await startTestApp()
  const { userId, path } = await app.givenSession()
  const { turnId } = (await app.post(`${path}/turns`, { text: 'One iced americano, please.' })).body
  const bus = createTurnBus()
  const { signal } = new AbortController()
  const events = followTurn({ db: app.database.db, bus }, { userId, turnId, signal })
  const first = events.next()
  bus.publish(turnId, { type: 'delta', attempt: 1, index: 0, text: 'Sure' })
  const told = [(await first).value, ...(await Array.fromAsync(events))].map((event) => event?.event)
  expect(told.slice(0, 4)).toEqual(['turn.received', 'turn.transcribed', 'reply.delta', 'reply.completed'])
  await app.close()
})
