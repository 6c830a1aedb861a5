import type { RootDb } from '#platform/db/db.ts'
import { createInbox, throwInterruption } from '#platform/live-inbox.ts'
import { turnNotFound } from './errors.ts'
import type { TurnView } from './turn.ts'
import type { TurnBus, TurnSignal } from './turn-bus.ts'
import {
  deltaEvent,
  type EventPosition,
  parseEventId,
  START,
  storedEvents,
  type TurnEvent,
} from './turn-events.ts'
import { findTurn, type TurnKey } from './turn-queries.ts'

/**
 * The events of a turn from `after` on, until it has ended or `signal` is aborted. Works for a turn of this process
 * (at once, with deltas), of another (by looking), and for one that ended long ago.
 * Throws when this process had to leave the turn unfinished, so that nobody waits for what may take long.
 */
export async function* followTurn(
  { db, bus }: { db: RootDb; bus: TurnBus },
  { userId, turnId, after = START, signal }: TurnKey & { after?: EventPosition; signal: AbortSignal },
): AsyncGenerator<TurnEvent> {
  const inbox = createInbox<TurnSignal>(signal)
  const stop = bus.listen(turnId, inbox.put)
  const track: Track = { position: after, isEnded: false }
  try {
    while (!signal.aborted) {
      const signals = inbox.take()
      // Silence, too, is a reason to look: the turn may be another process's.
      const isDue = signals.length === 0 || signals.some(isNews)
      const view = isDue ? await findShown({ db, bus }, { userId, turnId }) : undefined
      // Pieces that came meanwhile are told before the whole reply, which may be in the row by now.
      const late = view ? inbox.take() : []
      yield* newEvents(view, [...signals, ...late], track)
      if (track.isEnded) return
      throwInterruption([...signals, ...late])
      if (!late.some(isNews)) await inbox.wait()
    }
  } finally {
    stop()
    inbox.close()
  }
}

const isNews = ({ type }: TurnSignal) => type !== 'delta'

/** How far the client is, moved on by each event it is given. */
type Track = { position: EventPosition; isEnded: boolean }

function* deltaEvents(signals: TurnSignal[], track: Track): Generator<TurnEvent> {
  for (const signal of signals) {
    const event = signal.type === 'delta' ? deltaEvent(signal, track.position) : undefined
    if (event) yield* given([event], track)
  }
}

/** In the process that works on it a turn may be further than its row. */
async function findShown(
  { db, bus }: { db: RootDb; bus: TurnBus },
  { userId, turnId }: TurnKey,
): Promise<TurnView> {
  const shown = bus.shownOf(turnId)
  const view = shown?.userId === userId ? shown : await findTurn(db, { userId, turnId })
  if (!view) throw turnNotFound()
  return view
}

/** What was said is told before the pieces of the reply to it, and these before the whole of it. */
function* newEvents(view: TurnView | undefined, signals: TurnSignal[], track: Track): Generator<TurnEvent> {
  if (view) yield* given(saidEvents(view, track.position), track)
  yield* deltaEvents(signals, track)
  if (!view) return
  yield* given(storedEvents(view, track.position), track)
  track.isEnded = view.endedAt !== null
}

const saidEvents = (view: TurnView, position: EventPosition) =>
  storedEvents(view, position).filter(({ event }) => OF_WHAT_WAS_SAID.has(event))

const OF_WHAT_WAS_SAID: ReadonlySet<string> = new Set(['turn.received', 'turn.transcribed'])

function* given(events: TurnEvent[], track: Track): Generator<TurnEvent> {
  for (const event of events) {
    track.position = parseEventId(event.id)
    yield event
  }
}
