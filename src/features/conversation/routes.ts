import { z } from 'zod'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { keepOrErase, textField, uuidField } from '#platform/http/fields.ts'
import {
  decodeCursor,
  decodeIdCursor,
  notOurCursor,
  pageOf,
  pageQuery,
  toPage,
} from '#platform/http/paging.ts'
import type { Message } from './conversation.ts'
import { type ConversationKey, findConversation, listConversations } from './conversation-queries.ts'
import { conversationNotFound } from './errors.ts'
import { listMessages } from './message-queries.ts'
import { type MessageRouteDeps, messageRoutes } from './message-routes.ts'
import { presentConversation, presentSpoken } from './present.ts'
import { type RemoveConversationDeps, removeConversation } from './remove-conversation.ts'
import { listSpeech } from './speech-queries.ts'
import { type StartConversationDeps, startConversation } from './start-conversation.ts'
import { ConversationWire, ConversationWithMessagesWire } from './wire.ts'

export type ConversationRouteDeps = StartConversationDeps & MessageRouteDeps & RemoveConversationDeps

const TAG = 'Conversations'
const UserParams = z.object({ userId: uuidField().describe('Of the learner') })
const ConversationParams = UserParams.extend({ conversationId: uuidField().describe('Of the conversation') })

export function conversationRoutes(deps: ConversationRouteDeps): Endpoint[] {
  return [
    startEndpoint(deps),
    listEndpoint(deps),
    readEndpoint(deps),
    deleteEndpoint(deps),
    ...messageRoutes(deps),
  ]
}

const startEndpoint = (deps: ConversationRouteDeps) =>
  endpoint({
    method: 'post',
    path: '/users/{userId}/conversations',
    operationId: 'startConversation',
    tag: TAG,
    repeats: 'stored',
    summary: 'Begin a free conversation with a persona; its greeting is the first message',
    params: UserParams,
    body: z.strictObject({
      personaId: textField(50).min(1).optional().describe("Absent: the learner's preferred persona"),
    }),
    answers: {
      201: {
        description: 'Begun',
        schema: ConversationWithMessagesWire,
        headers: ['Location', 'Idempotent-Replayed'],
      },
    },
    problems: { 400: ['persona.not_chosen'], 404: ['persona.not_found'], 422: ['idempotency.key_reused'] },
    async handle({ params: { userId }, identity: { appId }, idempotencyKey, readBody, req, res }) {
      const { personaId } = await readBody()
      const request = { userId, appId, personaId, idempotencyKey }
      const { conversation, isReplay } = await startConversation(deps, request)
      const { conversationId } = conversation
      if (isReplay) res.set('Idempotent-Replayed', 'true')
      res.set('Location', `${req.baseUrl}/users/${userId}/conversations/${conversationId}`)
      res.status(201).json(await presentWithMessages(deps, { userId, conversationId }, FIRST_PAGE))
    },
  })

const FIRST_PAGE = { limit: 50, cursor: undefined }

const listEndpoint = ({ db }: ConversationRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users/{userId}/conversations',
    operationId: 'listConversations',
    tag: TAG,
    summary: "A learner's conversations",
    params: UserParams,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Those begun last first', schema: pageOf(ConversationWire) } },
    async handle({ params: { userId }, query: { limit, cursor }, res }) {
      const before = decodeIdCursor(cursor)
      const rows = await listConversations(db, { userId, before, limit })
      const keyOf = ({ conversationId }: { conversationId: string }) => conversationId
      res.json(toPage(rows, { limit, keyOf, present: presentConversation }))
    },
  })

const readEndpoint = (deps: ConversationRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users/{userId}/conversations/{conversationId}',
    operationId: 'getConversation',
    tag: TAG,
    summary: 'A conversation with its messages, the newest first',
    params: ConversationParams,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'The conversation', schema: ConversationWithMessagesWire } },
    problems: { 404: ['conversation.not_found'] },
    async handle({ params, query, res }) {
      res.json(await presentWithMessages(deps, params, query))
    },
  })

const deleteEndpoint = (deps: ConversationRouteDeps) =>
  endpoint({
    method: 'delete',
    path: '/users/{userId}/conversations/{conversationId}',
    operationId: 'deleteConversation',
    tag: TAG,
    summary: 'Delete a conversation with all its messages, for good',
    description:
      'A reply that is being made is given up. Facts that were learnt from it about the learner stay, unless `facts=erase` ' +
      'asks for them to go as well; recordings stay, unless `recordings=erase` does. A recording that was also sent to ' +
      'another conversation or practice session stays for that one.',
    params: ConversationParams,
    query: z.strictObject({
      facts: keepOrErase().describe('Whether facts that were learnt from it go as well'),
      recordings: keepOrErase().describe('Whether the sound that was sent to it goes as well'),
    }),
    answers: { 204: { description: 'Deleted' } },
    problems: { 404: ['conversation.not_found'] },
    async handle({ params, query: { facts, recordings }, res }) {
      const erasure = { erasesFacts: facts === 'erase', erasesRecordings: recordings === 'erase' }
      await removeConversation(deps, { ...params, ...erasure })
      res.status(204).end()
    },
  })

async function presentWithMessages(
  { db }: ConversationRouteDeps,
  key: ConversationKey,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const before = toMessageNumber(decodeCursor(cursor))
  const conversation = await findConversation(db, key)
  if (!conversation) throw conversationNotFound()
  const rows = await listMessages(db, { ...key, before, limit })
  const keyOf = ({ messageNumber }: { messageNumber: number }) => String(messageNumber)
  const spoken = rows.filter(({ inputKind }) => inputKind === 'audio').map(({ messageId }) => messageId)
  const speech = await listSpeech(db, { userId: key.userId, messageIds: spoken })
  const present = (message: Message) =>
    presentSpoken({ ...message, speech: speech.get(message.messageId) ?? null })
  return {
    ...presentConversation(conversation),
    messages: toPage(rows, { limit, keyOf, present }),
  }
}

function toMessageNumber(key: string | undefined): number | undefined {
  if (key === undefined) return undefined
  if (!/^\d{1,9}$/.test(key)) throw notOurCursor()
  return Number(key)
}
