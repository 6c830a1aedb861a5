import { z } from 'zod'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { keepOrErase, uuidField } from '#platform/http/fields.ts'
import { decodeIdCursor, pageOf, pageQuery, toPage } from '#platform/http/paging.ts'
import { completeSession } from './complete-session.ts'
import { sessionNotFound } from './errors.ts'
import { presentSession, presentSessionInList } from './present.ts'
import { type RemoveSessionDeps, removeSession } from './remove-session.ts'
import { type RequestHintDeps, requestHint } from './request-hint.ts'
import type { Session } from './session.ts'
import { findSession, listSessions, type SessionKey } from './session-queries.ts'
import { type StartSessionDeps, startSession } from './start-session.ts'
import { listTurns } from './turn-queries.ts'
import { type TurnRouteDeps, turnRoutes } from './turn-routes.ts'
import { HintWire, ListedSessionWire, SessionWire } from './wire.ts'

export type PracticeRouteDeps = StartSessionDeps & RequestHintDeps & RemoveSessionDeps & TurnRouteDeps

const TAG = 'Practice'
const UserParams = z.object({ userId: uuidField().describe('Of the learner') })
const SessionParams = UserParams.extend({ sessionId: uuidField().describe('Of the session') })

export function practiceRoutes(deps: PracticeRouteDeps): Endpoint[] {
  return [
    startEndpoint(deps),
    listEndpoint(deps),
    readEndpoint(deps),
    deleteEndpoint(deps),
    ...turnRoutes(deps),
    hintEndpoint(deps),
    completeEndpoint(deps),
  ]
}

async function present({ db, variationOf }: PracticeRouteDeps, session: Session) {
  const variation = await variationOf(session.variationVersionId)
  return presentSession(session, { variation, turns: await listTurns(db, session) })
}

const startEndpoint = (deps: PracticeRouteDeps) =>
  endpoint({
    method: 'post',
    path: '/users/{userId}/practice-sessions',
    operationId: 'startPracticeSession',
    tag: TAG,
    repeats: 'stored',
    summary: 'Start a run of a variation; answers with its opener',
    params: UserParams,
    body: z.strictObject({ variationId: uuidField().describe('The variation to play') }),
    answers: {
      201: { description: 'Started', schema: SessionWire, headers: ['Location', 'Idempotent-Replayed'] },
    },
    problems: { 404: ['variation.not_found'], 422: ['idempotency.key_reused'] },
    async handle({ params: { userId }, idempotencyKey, readBody, req, res }) {
      const { variationId } = await readBody()
      const { session, isReplay } = await startSession(deps, { userId, variationId, idempotencyKey })
      if (isReplay) res.set('Idempotent-Replayed', 'true')
      res.set('Location', `${req.baseUrl}/users/${userId}/practice-sessions/${session.sessionId}`)
      res.status(201).json(await present(deps, session))
    },
  })

const listEndpoint = ({ db }: PracticeRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users/{userId}/practice-sessions',
    operationId: 'listPracticeSessions',
    tag: TAG,
    summary: "A learner's practice sessions, without their turns",
    params: UserParams,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'Those begun last first', schema: pageOf(ListedSessionWire) } },
    async handle({ params: { userId }, query: { limit, cursor }, res }) {
      const rows = await listSessions(db, { userId, before: decodeIdCursor(cursor), limit })
      const keyOf = ({ sessionId }: Session) => sessionId
      res.json(toPage(rows, { limit, keyOf, present: presentSessionInList }))
    },
  })

const readEndpoint = (deps: PracticeRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users/{userId}/practice-sessions/{sessionId}',
    operationId: 'getPracticeSession',
    tag: TAG,
    summary: 'A session with all its turns',
    params: SessionParams,
    answers: { 200: { description: 'The session', schema: SessionWire } },
    problems: { 404: ['session.not_found'] },
    async handle({ params, res }) {
      res.json(await present(deps, await getSession(deps, params)))
    },
  })

const deleteEndpoint = (deps: PracticeRouteDeps) =>
  endpoint({
    method: 'delete',
    path: '/users/{userId}/practice-sessions/{sessionId}',
    operationId: 'deletePracticeSession',
    tag: TAG,
    summary: 'Delete a session with all its turns, for good',
    description:
      'A turn that is being answered is given up. Recordings stay, unless `recordings=erase` asks for them to go as well; ' +
      'one that was also sent to another session or conversation stays for that one. What the session cost stays in the ' +
      'usage of the app.',
    params: SessionParams,
    query: z.strictObject({
      recordings: keepOrErase().describe('Whether the sound that was sent to it goes as well'),
    }),
    answers: { 204: { description: 'Deleted' } },
    problems: { 404: ['session.not_found'] },
    async handle({ params, query: { recordings }, res }) {
      await removeSession(deps, { ...params, erasesRecordings: recordings === 'erase' })
      res.status(204).end()
    },
  })

async function getSession({ db }: PracticeRouteDeps, key: SessionKey): Promise<Session> {
  const session = await findSession(db, key)
  if (!session) throw sessionNotFound()
  return session
}

const hintEndpoint = (deps: PracticeRouteDeps) =>
  endpoint({
    method: 'post',
    path: '/users/{userId}/practice-sessions/{sessionId}/hints',
    operationId: 'requestHint',
    tag: TAG,
    repeats: 'stored',
    summary: 'The next hint; after the last one, the last again',
    params: SessionParams,
    answers: { 200: { description: 'The hint', schema: HintWire, headers: ['Idempotent-Replayed'] } },
    problems: { 404: ['session.not_found'], 409: ['session.ended'] },
    async handle({ params, idempotencyKey, res }) {
      const { hint, isReplay } = await requestHint(deps, { ...params, idempotencyKey })
      if (isReplay) res.set('Idempotent-Replayed', 'true')
      res.json(hint)
    },
  })

const Rating = z.int().min(1).max(5).optional()

const completeEndpoint = (deps: PracticeRouteDeps) =>
  endpoint({
    method: 'post',
    path: '/users/{userId}/practice-sessions/{sessionId}/complete',
    operationId: 'completePracticeSession',
    tag: TAG,
    repeats: 'stored',
    summary: 'End the session: scores, mistakes, suggestions',
    description:
      'Overall is 0.6 of the weakest aspect and 0.4 of the mean of the others, less 3 points for each level of hints. Completing again changes nothing.',
    params: SessionParams,
    body: z.strictObject({
      difficultyRating: Rating.describe('1 (easy) to 5 (hard), by the learner'),
      satisfactionRating: Rating.describe('1 to 5, by the learner'),
    }),
    answers: {
      200: { description: 'The completed session', schema: SessionWire, headers: ['Idempotent-Replayed'] },
    },
    problems: { 404: ['session.not_found'], 409: ['turn.in_progress'], 422: ['idempotency.key_reused'] },
    async handle({ params, idempotencyKey, readBody, res }) {
      const ratings = await readBody()
      const { session, isReplay } = await completeSession(deps, { ...params, ratings, idempotencyKey })
      if (isReplay) res.set('Idempotent-Replayed', 'true')
      res.json(await present(deps, session))
    },
  })
