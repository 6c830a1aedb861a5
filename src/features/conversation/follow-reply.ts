import type { RootDb } from '#platform/db/db.ts'
import { createInbox, throwInterruption } from '#platform/live-inbox.ts'
import type { Exchange } from './conversation.ts'
import { messageNotFound } from './errors.ts'
import { findExchange, type MessageKey } from './message-queries.ts'
import type { ReplyBus, ReplySignal } from './reply-bus.ts'
import {
  deltaEvent,
  type EventPosition,
  parseEventId,
  type ReplyEvent,
  START,
  storedEvents,
} from './reply-events.ts'

export type FollowReplyDeps = { db: RootDb; bus: ReplyBus }

/** `known`: the message as it was accepted a moment ago. */
type Following = MessageKey & { after?: EventPosition; known?: Exchange | undefined; signal: AbortSignal }

/**
 * The events of a message from `after` on, until its reply has ended or `signal` is aborted. Works for a reply of this
 * process (at once, with deltas), of another (by looking), and for one that ended long ago.
 * Throws when this process had to leave the reply unfinished, so that nobody waits for what may take long.
 */
export async function* followReply(
  { db, bus }: FollowReplyDeps,
  { userId, messageId, after = START, known, signal }: Following,
): AsyncGenerator<ReplyEvent> {
  const inbox = createInbox<ReplySignal>(signal)
  const stop = bus.listen(messageId, inbox.put)
  const track: Track = { position: after, isEnded: false }
  try {
    let seen: Exchange | undefined = await look(db, { userId, messageId, known })
    while (!signal.aborted) {
      const signals = inbox.take()
      // Silence, too, is a reason to look: the reply may be another process's.
      const isDue = signals.some(isNews) || (signals.length === 0 && !seen)
      if (isDue) seen = await look(db, { userId, messageId, known: endingIn(signals) })
      // Pieces that came meanwhile are told before the whole reply, which may be stored by now.
      const late = isDue ? inbox.take() : []
      yield* newEvents(seen, [...signals, ...late], track)
      if (track.isEnded) return
      throwInterruption([...signals, ...late])
      seen = undefined
      if (!late.some(isNews)) await inbox.wait()
    }
  } finally {
    stop()
    inbox.close()
  }
}

const isNews = ({ type }: ReplySignal) => type !== 'delta'

const endingIn = (signals: ReplySignal[]) =>
  signals.flatMap((signal) => (signal.type === 'ended' && signal.exchange ? [signal.exchange] : [])).at(-1)

const OF_WHAT_WAS_SAID: ReadonlySet<string> = new Set(['message.received', 'message.transcribed'])

/** How far the client is, moved on by each event it is given. */
type Track = { position: EventPosition; isEnded: boolean }

function* deltaEvents(signals: ReplySignal[], track: Track): Generator<ReplyEvent> {
  for (const signal of signals) {
    const event = signal.type === 'delta' ? deltaEvent(signal, track.position) : undefined
    if (event) yield* given([event], track)
  }
}

async function look(db: RootDb, { known, ...key }: MessageKey & Pick<Following, 'known'>): Promise<Exchange> {
  const exchange = known ?? (await findExchange(db, key))
  if (!exchange) throw messageNotFound()
  return exchange
}

const saidEvents = (exchange: Exchange, position: EventPosition) =>
  storedEvents(exchange, position).filter(({ event }) => OF_WHAT_WAS_SAID.has(event))

/** What the learner said is told before the pieces of what answers it, and these before the whole of it. */
function* newEvents(
  exchange: Exchange | undefined,
  signals: ReplySignal[],
  track: Track,
): Generator<ReplyEvent> {
  if (exchange) yield* given(saidEvents(exchange, track.position), track)
  yield* deltaEvents(signals, track)
  if (!exchange) return
  yield* given(storedEvents(exchange, track.position), track)
  track.isEnded = exchange.reply.endedAt !== null
}

function* given(events: ReplyEvent[], track: Track): Generator<ReplyEvent> {
  for (const event of events) {
    track.position = parseEventId(event.id)
    yield event
  }
}
