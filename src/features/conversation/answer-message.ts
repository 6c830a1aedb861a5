import type { Request, Response } from 'express'
import type { Audience } from '#platform/audience.ts'
import { toAppError } from '#platform/http/error-handler.ts'
import { type EventStream, openEventStream, wantsEventStream } from '#platform/http/event-stream.ts'
import { toProblem } from '#platform/http/problem.ts'
import { requestIdOf } from '#platform/http/request-id.ts'
import { type Exchange, fromReplyProblem } from './conversation.ts'
import { messageNotFound } from './errors.ts'
import { type FollowReplyDeps, followReply } from './follow-reply.ts'
import { findExchange, type MessageKey } from './message-queries.ts'
import { presentExchange, presentMessage, presentSpoken } from './present.ts'
import { parseEventId, type ReplyEvent } from './reply-events.ts'

export type AnswerMessageDeps = FollowReplyDeps & { audience: Audience; replyWaitMs: number }

type Answering = { message: MessageKey; req: Request; res: Response }

/** The reply as it comes: as events when the client asked for them, otherwise as one JSON answer at its end. */
export async function answerMessage(
  deps: AnswerMessageDeps,
  { message, req, res }: Answering,
): Promise<void> {
  if (wantsEventStream(req)) return streamReply(deps, { message, req, res })
  const waitMs = prefersAsync(req) ? 0 : deps.replyWaitMs
  const exchange = await waitForEnd(deps, { message, waitMs, res })
  const { userId, conversationId, messageId } = exchange.message
  // Also with a problem: what was said is kept under this address.
  res.set('Location', `${req.baseUrl}/users/${userId}/conversations/${conversationId}/messages/${messageId}`)
  if (exchange.reply.problem) throw fromReplyProblem(exchange.reply.problem)
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

/** RFC 7240: the client wants its acknowledgement now and will ask for the rest. */
const prefersAsync = (req: Request) => /(^|,)\s*respond-async\b/i.test(req.get('Prefer') ?? '')

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

async function streamReply(deps: AnswerMessageDeps, { message, req, res }: Answering): Promise<void> {
  const stream = openEventStream(res)
  const { userId, messageId } = message
  const leave = deps.audience.join(messageId, { isLive: true })
  const after = parseEventId(req.get('Last-Event-ID'))
  try {
    for await (const event of followReply(deps, { userId, messageId, after, signal: stream.signal })) {
      stream.send({ id: event.id, event: event.event, data: toData(event) })
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

function toData(event: ReplyEvent): unknown {
  if (event.event === 'reply.delta') return { text: event.text }
  const { message, reply } = event.exchange
  const isOfMessage = ['message.received', 'message.transcribed', 'message.assessed'].includes(event.event)
  if (isOfMessage) return { message: presentSpoken(message) }
  if (event.event === 'reply.completed') return { reply: presentMessage(reply) }
  if (event.event === 'message.completed') return presentExchange(event.exchange)
  return { ...presentMessage(reply).problem, messageId: message.messageId }
}
