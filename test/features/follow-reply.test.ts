import { expect, test } from 'vitest'
import { followReply } from '#features/conversation/follow-reply.ts'
import { findExchange } from '#features/conversation/message-queries.ts'
import { createReplyBus } from '#features/conversation/reply-bus.ts'
import { startTestApp } from '../support/test-app.ts'

test('pieces that come while a message is looked up are told before the whole reply, which may be stored by then', async () => {
  const app = await startTestApp()
  const userId = await app.givenUser()
  const conversations = `/v1/users/${userId}/conversations`
  const { conversationId } = (await app.post(conversations, { personaId: 'daegu-friend' })).body
  const answer = await app.post(`${conversations}/${conversationId}/messages`, { text: 'Hi there!' })
  const { messageId } = answer.body.message
  const { db } = app.database
  const stored = await findExchange(db, { userId, messageId })
  if (!stored) throw new Error('the message was not stored')
  const known = { ...stored, reply: { ...stored.reply, status: 'pending' as const, endedAt: null } }
  const bus = createReplyBus()
  const withPieceMeanwhile = db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      bus.publish(messageId, { type: 'delta', attempt: 1, index: 0, text: 'Hello' })
      return result
    },
  })
  const { signal } = new AbortController()
  const events = followReply({ db: withPieceMeanwhile, bus }, { userId, messageId, known, signal })
  const first = await events.next()
  bus.publish(messageId, { type: 'heard' })
  const told = [first.value, ...(await Array.fromAsync(events))]
  const names = told.map((event) => event?.event)
  expect(names).toEqual(['message.received', 'reply.delta', 'reply.completed', 'message.completed'])
  await app.close()
})
