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
  const look = () => findShown({ db, bus }, { userId, turnId })
  try {
    while (!signal.aborted) {
      const signals = inbox.take()
      // Silence, too, is a reason to look: the turn may be another process's.
      const isDue = signals.length === 0 || signals.some(({ type }) => type !== 'delta')
      // A stage and the pieces after it may come at once: what was said is told before the reply to it.
      if (isDue && signals.length > 1) yield* dueEvents(look, track, 'said')
      yield* deltaEvents(signals, track)
      if (isDue) yield* dueEvents(look, track, 'all')
      if (track.isEnded) return
      throwInterruption(signals)
      await inbox.wait()
    }
  } finally {
    stop()
    inbox.close()
  }
}

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

async function* dueEvents(
  look: () => Promise<TurnView>,
  track: Track,
  which: 'said' | 'all',
): AsyncGenerator<TurnEvent> {
  const view = await look()
  const events = storedEvents(view, track.position)
  yield* given(which === 'all' ? events : events.filter(({ event }) => OF_WHAT_WAS_SAID.has(event)), track)
  if (which === 'all') track.isEnded = view.endedAt !== null
}

const OF_WHAT_WAS_SAID: ReadonlySet<string> = new Set(['turn.received', 'turn.transcribed'])

function* given(events: TurnEvent[], track: Track): Generator<TurnEvent> {
  for (const event of events) {
    track.position = parseEventId(event.id)
    yield event
  }
}
