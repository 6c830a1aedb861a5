import type { AppError } from '#base/errors.ts'

/** A piece of text as it is made, the `index`-th of this attempt. */
export type Delta = { type: 'delta'; attempt: number; index: number; text: string }
/** This process has stopped working on it before its end. */
export type Interrupted = { type: 'interrupted'; error: AppError }

/** What happens to things while this process works on them. The database has the truth; this says when to look. */
export type LiveBus<Signal extends { type: string }> = {
  publish: (id: string, signal: Signal | Delta | Interrupted) => void
  /** Pieces so far come first. Returns the function that stops listening. */
  listen: (id: string, listener: (signal: Signal | Delta | Interrupted) => void) => () => void
  /** Forgets the pieces of what this process has left. */
  forget: (id: string) => void
}

export function createLiveBus<Signal extends { type: string }>(): LiveBus<Signal> {
  type Listener = (signal: Signal | Delta | Interrupted) => void
  type Live = { deltas: Delta[]; listeners: Set<Listener> }
  const all = new Map<string, Live>()
  const liveOf = (id: string) => {
    const live: Live = all.get(id) ?? { deltas: [], listeners: new Set() }
    all.set(id, live)
    return live
  }
  const isDelta = (signal: Signal | Delta | Interrupted): signal is Delta => signal.type === 'delta'
  return {
    publish(id, signal) {
      const live = liveOf(id)
      if (isDelta(signal)) live.deltas.push(signal)
      for (const listener of live.listeners) listener(signal)
    },
    listen(id, listener) {
      const live = liveOf(id)
      for (const delta of live.deltas) listener(delta)
      live.listeners.add(listener)
      return () => {
        live.listeners.delete(listener)
        if (live.listeners.size === 0 && live.deltas.length === 0) all.delete(id)
      }
    },
    forget(id) {
      const live = all.get(id)
      if (!live) return
      live.deltas = []
      if (live.listeners.size === 0) all.delete(id)
    },
  }
}
