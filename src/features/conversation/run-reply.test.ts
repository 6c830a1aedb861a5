import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runReply } from './run-reply.ts'

test('trouble is told when the message is stored, for until then there is nothing to hand back', async () => {
  const trouble = new Error('there is no such persona')
  const stored = Promise.withResolvers<void>()
  const stopping = { cancelled: new AbortController().signal }
  const deps = { personaOf: () => Promise.reject(trouble) }
  const known = { conversation: {}, exchange: { message: {}, reply: {} }, stored: stored.promise }
  let isOver = false
  const reply = runReply(deps as never, { messageId: 'one', attempts: 1, known } as never, stopping).finally(
    () => {
      isOver = true
    },
  )
  reply.catch(() => {})

  await nextTurn()
  expect(isOver).toBe(false)
  stored.resolve()
  await expect(reply).rejects.toBe(trouble)
})
