import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Audience } from '#platform/audience.ts'
import { prefersAsync } from '#platform/http/admission.ts'
import { toAppError } from '#platform/http/error-handler.ts'
import { type EventStream, openEventStream, wantsEventStream } from '#platform/http/event-stream.ts'
import { toProblem } from '#platform/http/problem.ts'
import { requestIdOf } from '#platform/http/request-id.ts'
import { storedFailure } from '#platform/http/stored-failure.ts'
import { type Exchange, fromReplyProblem } from './conversation.ts'
import { messageNotFound } from './errors.ts'
import { type FollowReplyDeps, followReply } from './follow-reply.ts'
import { findExchange, type MessageKey } from './message-queries.ts'
import { presentExchange, presentMessage, presentSpoken } from './present.ts'
import { parseEventId, type ReplyEvent } from './reply-events.ts'
import type { MessageEventWire } from './wire.ts'

export type AnswerMessageDeps = FollowReplyDeps & { audience: Audience; replyWaitMs: number }

/** `exchange`: the message as it was accepted a moment ago. */
type Answering = { message: MessageKey; exchange?: Exchange | undefined; req: Request; res: Response }

/** The reply as it comes: as events when the client asked for them, otherwise as one JSON answer at its end. */
export async function answerMessage(
  deps: AnswerMessageDeps,
  { message, exchange: known, req, res }: Answering,
): Promise<void> {
  if (wantsEventStream(req)) return streamReply(deps, { message, exchange: known, req, res })
  const waitMs = prefersAsync(req) ? 0 : deps.replyWaitMs
  const exchange = waitMs === 0 && known ? known : await waitForEnd(deps, { message, waitMs, res })
  // Also with a problem: what was said is kept under this address.
  res.set('Location', addressOf(req, exchange.message))
  if (exchange.reply.problem) {
    const failure = fromReplyProblem(exchange.reply.problem)
    throw req.get('Idempotency-Key') === undefined ? failure : storedFailure(failure)
  }
  res.status(exchange.reply.endedAt ? 201 : 202).json(presentExchange(exchange))
}

/** The message as it is, without waiting; or its events from where the client is. */
export async function showMessage(
  deps: AnswerMessageDeps,
  { exchange, req, res }: { exchange: Exchange; req: Request; res: Response },
): Promise<void> {
  if (wantsEventStream(req)) return streamReply(deps, { message: exchange.message, req, res })
  res.json(presentExchange(exchange))
}

async function waitForEnd(
  deps: AnswerMessageDeps,
  { message, waitMs, res }: { message: MessageKey; waitMs: number; res: Response },
): Promise<Exchange> {
  const gone = new AbortController()
  res.on('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(waitMs)])
  const leave = deps.audience.join(message.messageId, { isLive: false })
  try {
    if (waitMs > 0) for await (const _ of followReply(deps, { ...message, signal }));
  } finally {
    leave()
  }
  const exchange = await findExchange(deps.db, message)
  if (!exchange) throw messageNotFound()
  return exchange
}

async function streamReply(
  deps: AnswerMessageDeps,
  { message, exchange: known, req, res }: Answering,
): Promise<void> {
  const { userId, messageId } = message
  // Where to go on from when the connection is lost, with `Last-Event-ID`.
  res.set('Location', addressOf(req, message))
  const leave = deps.audience.join(messageId, { isLive: true })
  // What asks the model goes first: until it answers there is no word to read.
  if (known) await nextTurn()
  const stream = openEventStream(res)
  const after = parseEventId(req.get('Last-Event-ID'))
  try {
    const { signal } = stream
    for await (const event of followReply(deps, { userId, messageId, after, known, signal })) {
      stream.send({ id: event.id, ...toWire(event) })
    }
  } catch (error) {
    sendInterruption(stream, error, res)
  } finally {
    leave()
  }
  stream.close()
}

/** The reply is not over, this stream is: without an id, so that a reconnect goes on where it was. */
function sendInterruption(stream: EventStream, error: unknown, res: Response): void {
  stream.send({ id: undefined, event: 'problem', data: toProblem(toAppError(error), requestIdOf(res)) })
}

function toWire(event: ReplyEvent): z.input<typeof MessageEventWire> {
  if (event.event === 'reply.delta') return { event: event.event, data: { text: event.text } }
  const { message, reply } = event.exchange
  switch (event.event) {
    case 'message.received':
    case 'message.transcribed':
    case 'message.assessed':
      return { event: event.event, data: { message: presentSpoken(message) } }
    case 'reply.completed':
      return { event: event.event, data: { reply: presentMessage(reply) } }
  }
  const { problem } = presentMessage(reply)
  if (event.event === 'message.completed' || !problem)
    return { event: 'message.completed', data: presentExchange(event.exchange) }
  return { event: 'problem', data: { ...problem, messageId: message.messageId } }
}

const addressOf = (req: Request, { userId, messageId }: MessageKey) =>
  `${req.baseUrl}/users/${userId}/conversations/${req.params.conversationId}/messages/${messageId}`
