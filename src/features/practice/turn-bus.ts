import type { AppError } from '#base/errors.ts'

/** What happens to a turn while this process works on it. The database has the truth; this says when to look. */
export type TurnSignal =
  | { type: 'stage' }
  /** A piece of the reply, the `index`-th of this attempt. */
  | { type: 'delta'; attempt: number; index: number; text: string }
  /** This process has stopped working on the turn before its end. */
  | { type: 'interrupted'; error: AppError }

type Listener = (signal: TurnSignal) => void
type LiveTurn = { deltas: Extract<TurnSignal, { type: 'delta' }>[]; listeners: Set<Listener> }

export type TurnBus = {
  publish: (turnId: string, signal: TurnSignal) => void
  /** Pieces of the reply so far come first. Returns the function that stops listening. */
  listen: (turnId: string, listener: Listener) => () => void
  /** Forgets the pieces of a turn that this process has left. */
  forget: (turnId: string) => void
}

export function createTurnBus(): TurnBus {
  const turns = new Map<string, LiveTurn>()
  const liveTurn = (turnId: string) => {
    const live = turns.get(turnId) ?? { deltas: [], listeners: new Set() }
    turns.set(turnId, live)
    return live
  }
  return {
    publish(turnId, signal) {
      const live = liveTurn(turnId)
      if (signal.type === 'delta') live.deltas.push(signal)
      for (const listener of live.listeners) listener(signal)
    },
    listen(turnId, listener) {
      const live = liveTurn(turnId)
      for (const delta of live.deltas) listener(delta)
      live.listeners.add(listener)
      return () => {
        live.listeners.delete(listener)
        if (live.listeners.size === 0 && live.deltas.length === 0) turns.delete(turnId)
      }
    },
    forget(turnId) {
      const live = turns.get(turnId)
      if (!live) return
      live.deltas = []
      if (live.listeners.size === 0) turns.delete(turnId)
    },
  }
}
