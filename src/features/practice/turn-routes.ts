import { z } from 'zod'
import type { SpeechEngine } from '#engines/speech/engine.ts'
import { type SniffAudio, withSpokenFile } from '#engines/speech/spoken-file.ts'
import { type Admission, whenClosed } from '#platform/http/admission.ts'
import { type AnswerHeader, type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { uuidField } from '#platform/http/fields.ts'
import { personText } from '#platform/http/parse.ts'
import { type AnswerTurnDeps, answerTurn, showTurn } from './answer-turn.ts'
import { sessionEnded, turnNotFound } from './errors.ts'
import { type PostTurnDeps, postTurn, requireSession, type TurnInput } from './post-turn.ts'
import { findTurn } from './turn-queries.ts'
import { TurnEventWire, TurnWire } from './wire.ts'

const MAX_TEXT_CHARACTERS = 4_000

export type TurnRouteDeps = PostTurnDeps &
  AnswerTurnDeps & { admission: Admission; sniffAudio: SniffAudio; admitSound: SpeechEngine['admit'] }

const TAG = 'Practice'
const SessionParams = z.object({
  userId: uuidField().describe('Of the learner'),
  sessionId: uuidField().describe('Of the session'),
})

const HEADERS: AnswerHeader[] = ['Location', 'Idempotent-Replayed']

const EVENTS =
  'With `Accept: text/event-stream` the events `turn.received`, `turn.transcribed`, `reply.delta`…, `reply.completed`, ' +
  '`turn.assessed`, `turn.completed` or `problem` come as they happen; reconnect with `Last-Event-ID`.'

export function turnRoutes(deps: TurnRouteDeps): Endpoint[] {
  return [postEndpoint(deps), readEndpoint(deps)]
}

const postEndpoint = (deps: TurnRouteDeps) =>
  endpoint({
    method: 'post',
    path: '/users/{userId}/practice-sessions/{sessionId}/turns',
    operationId: 'postTurn',
    tag: TAG,
    repeats: 'stored',
    summary: 'Say something: text or a recording; answers with reply, assessment and feedback',
    description: `${EVENTS} With \`Prefer: respond-async\` the answer is 202 as soon as the turn is safe.`,
    params: SessionParams,
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
      200: { description: 'The events of the turn', events: TurnEventWire, headers: HEADERS },
      201: { description: 'The turn at its end', schema: TurnWire, headers: HEADERS },
      202: {
        description: 'The turn is stored and will be answered; ask for it at `Location`',
        schema: TurnWire,
        headers: HEADERS,
      },
    },
    problems: {
      404: ['session.not_found'],
      408: ['upload.too_slow'],
      409: [
        'session.ended',
        'session.turn_limit_reached',
        'session.time_limit_reached',
        'session.cost_limit_reached',
        'turn.in_progress',
      ],
      415: ['audio.unsupported_type'],
      422: ['audio.no_speech', 'audio.too_long', 'idempotency.key_reused'],
      429: ['usage.budget_spent'],
      503: ['server.full', 'speech.overloaded', 'upload.too_many'],
    },
    gate: deps.admission.check,
    async handle({ params, identity, idempotencyKey, isMultipart, readBody, readUpload, req, res }) {
      const session = await requireSession(deps.db, params)
      // A repeated request may ask for a turn of a session that has ended since.
      if (session.status !== 'in_progress' && idempotencyKey === undefined) throw sessionEnded()
      const { variationVersionId } = session
      const request = { ...params, variationVersionId, appId: identity.appId, idempotencyKey }
      if (!isMultipart) {
        const { text } = await readBody()
        return accept({ kind: 'text', text })
      }
      const { file, fields } = await readUpload()
      await withSpokenFile(file, deps.sniffAudio, (spoken) =>
        accept({ kind: 'audio', file: spoken, appTranscript: fields.transcript }),
      )

      async function accept(input: TurnInput): Promise<void> {
        const holder = { appId: identity.appId, userId: params.userId }
        const stored = deps.admission.admit(holder, req, res)
        if (input.kind === 'audio') whenClosed(res, deps.admitSound())
        const { turn, isReplay } = await postTurn(deps, { ...request, input })
        stored()
        if (isReplay) res.set('Idempotent-Replayed', 'true')
        await answerTurn(deps, { turn, req, res })
      }
    },
  })

const readEndpoint = (deps: TurnRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users/{userId}/practice-sessions/{sessionId}/turns/{turnId}',
    operationId: 'getTurn',
    tag: TAG,
    summary: 'A turn as it is now, or its events',
    description: EVENTS,
    params: SessionParams.extend({ turnId: uuidField().describe('Of the turn') }),
    answers: {
      200: { description: 'The turn, whatever its stage', schema: TurnWire, events: TurnEventWire },
    },
    problems: { 404: ['turn.not_found'] },
    async handle({ params, req, res }) {
      const view = await findTurn(deps.db, params)
      if (view?.sessionId !== params.sessionId) throw turnNotFound()
      await showTurn(deps, { view, req, res })
    },
  })
