import { z } from 'zod'
import type { Admission } from '#platform/http/admission.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { personText } from '#platform/http/parse.ts'
import { type AnswerMessageDeps, answerMessage, showMessage } from './answer-message.ts'
import { messageNotFound } from './errors.ts'
import { findExchange } from './message-queries.ts'
import { type PostMessageDeps, postMessage } from './post-message.ts'
import { ExchangeWire, MessageEventWire } from './wire.ts'

const MAX_TEXT_CHARACTERS = 4_000

export type MessageRouteDeps = PostMessageDeps & AnswerMessageDeps & { admission: Admission }

const TAG = 'Conversations'
const ConversationParams = z.object({ userId: z.uuid(), conversationId: z.uuid() })

const EVENTS =
  'With `Accept: text/event-stream` the events `message.received`, `reply.delta`…, `reply.completed`, ' +
  '`message.completed` or `problem` come as they happen; reconnect with `Last-Event-ID`.'

export function messageRoutes(deps: MessageRouteDeps): Endpoint[] {
  return [postEndpoint(deps), readEndpoint(deps)]
}

const postEndpoint = (deps: MessageRouteDeps) =>
  endpoint({
    method: 'post',
    path: '/users/{userId}/conversations/{conversationId}/messages',
    tag: TAG,
    summary: "Say something; answers with the message and the persona's reply",
    description: `${EVENTS} With \`Prefer: respond-async\` the answer is 202 as soon as the message is safe.`,
    params: ConversationParams,
    body: z.strictObject({ text: personText(MAX_TEXT_CHARACTERS) }),
    answers: {
      200: { description: 'The events of the message', events: MessageEventWire },
      201: { description: 'The message and the reply', schema: ExchangeWire },
      202: {
        description: 'The message is stored and will be answered; ask for it at `Location`',
        schema: ExchangeWire,
      },
    },
    problems: [
      'conversation.not_found',
      'message.in_progress',
      'idempotency.key_reused',
      'server.full',
      'llm.unavailable',
      'llm.bad_response',
    ],
    gate: deps.admission.check,
    async handle({ params, identity: { appId }, idempotencyKey, readBody, req, res }) {
      deps.admission.admit(req, res)
      const { text } = await readBody()
      const request = { ...params, appId, idempotencyKey, text }
      const { message, isReplay } = await postMessage(deps, request)
      if (isReplay) res.set('Idempotent-Replayed', 'true')
      await answerMessage(deps, { message, req, res })
    },
  })

const readEndpoint = (deps: MessageRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users/{userId}/conversations/{conversationId}/messages/{messageId}',
    tag: TAG,
    summary: 'A message of the learner with its reply as it is now, or its events',
    description: EVENTS,
    params: ConversationParams.extend({ messageId: z.uuid() }),
    answers: {
      200: {
        description: 'The message, whatever came of it',
        schema: ExchangeWire,
        events: MessageEventWire,
      },
    },
    problems: ['message.not_found'],
    async handle({ params, req, res }) {
      const exchange = await findExchange(deps.db, params)
      if (exchange?.message.conversationId !== params.conversationId) throw messageNotFound()
      await showMessage(deps, { exchange, req, res })
    },
  })
