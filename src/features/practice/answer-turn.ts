import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Audience } from '#platform/audience.ts'
import type { RootDb } from '#platform/db/db.ts'
import { prefersAsync } from '#platform/http/admission.ts'
import { toAppError } from '#platform/http/error-handler.ts'
import { type EventStream, openEventStream, wantsEventStream } from '#platform/http/event-stream.ts'
import { toProblem } from '#platform/http/problem.ts'
import { requestIdOf } from '#platform/http/request-id.ts'
import { storedFailure } from '#platform/http/stored-failure.ts'
import { turnNotFound } from './errors.ts'
import { followTurn } from './follow-turn.ts'
import { presentReply, presentTurn } from './present.ts'
import { fromTurnProblem, type TurnView } from './turn.ts'
import type { TurnBus } from './turn-bus.ts'
import { parseEventId, type TurnEvent } from './turn-events.ts'
import { findTurn, type TurnKey } from './turn-queries.ts'
import type { TurnEventWire } from './wire.ts'

export type AnswerTurnDeps = {
  db: RootDb
  bus: TurnBus
  audience: Audience
  now: () => Date
  turnWaitMs: number
}

/** The turn as it comes: as events when the client asked for them, otherwise as one JSON answer at its end. */
export async function answerTurn(
  deps: AnswerTurnDeps,
  { turn, req, res }: { turn: TurnKey; req: Request; res: Response },
): Promise<void> {
  if (wantsEventStream(req)) return streamTurn(deps, { turn, req, res })
  const waitMs = prefersAsync(req) ? 0 : deps.turnWaitMs
  const view = await waitForEnd(deps, { turn, waitMs, res })
  // Also with a problem: what was sent is kept under this address.
  res.set('Location', addressOf(req, view))
  if (view.problem) {
    const failure = fromTurnProblem(view.problem, deps.now())
    // Without a key the same request makes another turn, which may succeed.
    throw req.get('Idempotency-Key') === undefined ? failure : storedFailure(failure)
  }
  res.status(view.endedAt ? 201 : 202).json(presentTurn(view))
}

/** The turn as it is, without waiting; or its events from where the client is. */
export async function showTurn(
  deps: AnswerTurnDeps,
  { view, req, res }: { view: TurnView; req: Request; res: Response },
): Promise<void> {
  if (wantsEventStream(req)) return streamTurn(deps, { turn: view, req, res })
  res.json(presentTurn(view))
}

async function waitForEnd(
  { db, bus, audience }: AnswerTurnDeps,
  { turn, waitMs, res }: { turn: TurnKey; waitMs: number; res: Response },
): Promise<TurnView> {
  const gone = new AbortController()
  res.on('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(waitMs)])
  const leave = audience.join(turn.turnId, { isLive: false })
  try {
    if (waitMs > 0) for await (const _ of followTurn({ db, bus }, { ...turn, signal }));
  } finally {
    leave()
  }
  const view = await findTurn(db, turn)
  if (!view) throw turnNotFound()
  return view
}

async function streamTurn(
  { db, bus, audience }: AnswerTurnDeps,
  { turn, req, res }: { turn: TurnKey; req: Request; res: Response },
): Promise<void> {
  // Where to go on from when the connection is lost, with `Last-Event-ID`.
  res.set('Location', addressOf(req, turn))
  const stream = openEventStream(res)
  const leave = audience.join(turn.turnId, { isLive: true })
  const after = parseEventId(req.get('Last-Event-ID'))
  try {
    for await (const event of followTurn({ db, bus }, { ...turn, after, signal: stream.signal })) {
      stream.send({ id: event.id, ...toWire(event) })
    }
  } catch (error) {
    sendInterruption(stream, error, res)
  } finally {
    leave()
  }
  stream.close()
}

/** The turn is not over, this stream is: without an id, so that a reconnect goes on where it was. */
function sendInterruption(stream: EventStream, error: unknown, res: Response): void {
  stream.send({ id: undefined, event: 'problem', data: toProblem(toAppError(error), requestIdOf(res)) })
}

function toWire(event: TurnEvent): z.input<typeof TurnEventWire> {
  if (event.event === 'reply.delta') return { event: event.event, data: { text: event.text } }
  const { view } = event
  if (event.event === 'turn.transcribed') return { event: event.event, data: { transcript: view.transcript } }
  if (event.event === 'reply.completed') return { event: event.event, data: { reply: presentReply(view) } }
  const turn = presentTurn(view)
  const { turnId, sessionId, turnNumber, receivedAt, assessment, unscoredReason, reference } = turn
  if (event.event === 'turn.received')
    return { event: event.event, data: { turnId, sessionId, turnNumber, receivedAt } }
  if (event.event === 'turn.assessed')
    return { event: event.event, data: { assessment, unscoredReason, reference } }
  if (event.event === 'turn.completed' || !turn.problem) return { event: 'turn.completed', data: turn }
  return { event: 'problem', data: { ...turn.problem, turnId } }
}

const addressOf = (req: Request, { userId, turnId }: TurnKey) =>
  `${req.baseUrl}/users/${userId}/practice-sessions/${req.params.sessionId}/turns/${turnId}`
