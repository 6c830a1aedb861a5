import type { RootDb } from '#platform/db/db.ts'
import { turnNotFound } from './errors.ts'
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

/** How often to look when another process has the turn. */
const LOOK_AGAIN_MS = 1_000

/**
 * The events of a turn from `after` on, until it has ended or `signal` is aborted. Works for a turn of this process
 * (at once, with deltas), of another (by looking), and for one that ended long ago.
 * Throws when this process had to leave the turn unfinished, so that nobody waits for what may take long.
 */
export async function* followTurn(
  { db, bus }: { db: RootDb; bus: TurnBus },
  { userId, turnId, after = START, signal }: TurnKey & { after?: EventPosition; signal: AbortSignal },
): AsyncGenerator<TurnEvent> {
  const inbox = createInbox(signal)
  const stop = bus.listen(turnId, inbox.put)
  let position = after
  try {
    while (!signal.aborted) {
      const signals = inbox.take()
      for (const event of signals.flatMap((item) =>
        item.type === 'delta' ? (deltaEvent(item, position) ?? []) : [],
      )) {
        position = parseEventId(event.id)
        yield event
      }
      if (signals.length === 0 || signals.some(({ type }) => type !== 'delta')) {
        const view = await findTurn(db, { userId, turnId })
        if (!view) throw turnNotFound()
        for (const event of storedEvents(view, position)) {
          position = parseEventId(event.id)
          yield event
        }
        if (view.endedAt) return
      }
      const interruption = signals.find(({ type }) => type === 'interrupted')
      if (interruption?.type === 'interrupted') throw interruption.error
      await inbox.waitForMail(LOOK_AGAIN_MS)
    }
  } finally {
    stop()
  }
}

/** Signals come when they come; the reader takes them when it is ready. */
function createInbox(signal: AbortSignal) {
  let mail: TurnSignal[] = []
  let wake = () => {}
  signal.addEventListener('abort', () => wake())
  return {
    put: (item: TurnSignal) => {
      mail.push(item)
      wake()
    },
    take: () => {
      const taken = mail
      mail = []
      return taken
    },
    waitForMail: (timeoutMs: number) =>
      new Promise<void>((resolve) => {
        if (mail.length > 0 || signal.aborted) return resolve()
        const timer = setTimeout(resolve, timeoutMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
  }
}
