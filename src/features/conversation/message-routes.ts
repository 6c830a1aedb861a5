import { z } from 'zod'
import type { SpeechEngine } from '#engines/speech/engine.ts'
import { type SniffAudio, withSpokenFile } from '#engines/speech/spoken-file.ts'
import { type Admission, whenClosed } from '#platform/http/admission.ts'
import { type AnswerHeader, type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { uuidField } from '#platform/http/fields.ts'
import { personText } from '#platform/http/parse.ts'
import { type AnswerMessageDeps, answerMessage, showMessage } from './answer-message.ts'
import { findConversation } from './conversation-queries.ts'
import { conversationNotFound, messageNotFound } from './errors.ts'
import { findExchange } from './message-queries.ts'
import { type MessageInput, type PostMessageDeps, postMessage } from './post-message.ts'
import { ExchangeWire, MessageEventWire } from './wire.ts'

const MAX_TEXT_CHARACTERS = 4_000

export type MessageRouteDeps = PostMessageDeps &
  AnswerMessageDeps & { admission: Admission; sniffAudio: SniffAudio; admitSound: SpeechEngine['admit'] }

const TAG = 'Conversations'
const ConversationParams = z.object({
  userId: uuidField().describe('Of the learner'),
  conversationId: uuidField().describe('Of the conversation'),
})

const HEADERS: AnswerHeader[] = ['Location', 'Idempotent-Replayed']

const EVENTS =
  'With `Accept: text/event-stream` the events `message.received`, `message.transcribed` (of a recording), ' +
  '`reply.delta`…, `reply.completed`, `message.assessed` (of a recording), `message.completed` or `problem` come as ' +
  'they happen; reconnect with `Last-Event-ID`.'

export function messageRoutes(deps: MessageRouteDeps): Endpoint[] {
  return [postEndpoint(deps), readEndpoint(deps)]
}

const postEndpoint = (deps: MessageRouteDeps) =>
  endpoint({
    method: 'post',
    path: '/users/{userId}/conversations/{conversationId}/messages',
    operationId: 'postMessage',
    tag: TAG,
    repeats: 'stored',
    summary: "Say something: text or a recording; answers with the message and the persona's reply",
    description:
      `${EVENTS} With \`Prefer: respond-async\` the answer is 202 as soon as the message is safe. ` +
      'A recording is heard by the configured transcriber; without one `transcript` is needed. Its sound is scored ' +
      'against those words.',
    params: ConversationParams,
    body: z.strictObject({ text: personText(MAX_TEXT_CHARACTERS).describe('What the learner says') }),
    multipart: {
      file: 'audio',
      fields: z.strictObject({
        transcript: personText(MAX_TEXT_CHARACTERS)
          .optional()
          .describe("What the app's own recogniser heard"),
      }),
    },
    answers: {
      200: { description: 'The events of the message', events: MessageEventWire, headers: HEADERS },
      201: { description: 'The message and the reply', schema: ExchangeWire, headers: HEADERS },
      202: {
        description: 'The message is stored and will be answered; ask for it at `Location`',
        schema: ExchangeWire,
        headers: HEADERS,
      },
    },
    problems: {
      404: ['conversation.not_found'],
      408: ['upload.too_slow'],
      409: ['message.in_progress'],
      415: ['audio.unsupported_type'],
      422: [
        'message.transcript_needed',
        'message.not_understood',
        'audio.no_speech',
        'audio.too_long',
        'idempotency.key_reused',
      ],
      429: ['usage.budget_spent'],
      503: [
        'message.not_transcribed',
        'server.full',
        'speech.overloaded',
        'upload.too_many',
        'llm.unavailable',
        'llm.bad_response',
      ],
    },
    gate: deps.admission.check,
    // The statement that stores a typed message does. One that may have been sent before is looked up first.
    checksCaller: (req) => Boolean(req.is('json')) && req.get('Idempotency-Key') === undefined,
    async handle({
      params,
      identity,
      callerChecked,
      idempotencyKey,
      isMultipart,
      readBody,
      readUpload,
      req,
      res,
    }) {
      if (!isMultipart) {
        const { text } = await readBody()
        return accept({ kind: 'text', text })
      }
      // Refused before a long upload is received in vain.
      if (!(await findConversation(deps.db, params))) throw conversationNotFound()
      const { file, fields } = await readUpload()
      await withSpokenFile(file, deps.sniffAudio, (spoken) =>
        accept({ kind: 'audio', file: spoken, appTranscript: fields.transcript }),
      )

      async function accept(input: MessageInput): Promise<void> {
        const holder = { appId: identity.appId, userId: params.userId }
        const stored = deps.admission.admit(holder, req, res)
        if (input.kind === 'audio') whenClosed(res, deps.admitSound())
        const request = { ...params, ...identity, idempotencyKey, input }
        const { isReplay, ...accepted } = await postMessage(deps, request)
        callerChecked()
        stored()
        if (isReplay) res.set('Idempotent-Replayed', 'true')
        await answerMessage(deps, { ...accepted, req, res })
      }
    },
  })

const readEndpoint = (deps: MessageRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users/{userId}/conversations/{conversationId}/messages/{messageId}',
    operationId: 'getMessage',
    tag: TAG,
    summary: 'A message of the learner with its reply as it is now, or its events',
    description: EVENTS,
    params: ConversationParams.extend({ messageId: uuidField().describe("Of the learner's message") }),
    answers: {
      200: {
        description: 'The message, whatever came of it',
        schema: ExchangeWire,
        events: MessageEventWire,
      },
    },
    problems: { 404: ['message.not_found'] },
    async handle({ params, req, res }) {
      const exchange = await findExchange(deps.db, params)
      if (exchange?.message.conversationId !== params.conversationId) throw messageNotFound()
      await showMessage(deps, { exchange, req, res })
    },
  })
