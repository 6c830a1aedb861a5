import type { AppError } from '#base/errors.ts'

/** What happens to a reply while this process works on it. The database has the truth; this says when to look. */
export type ReplySignal =
  | { type: 'ended' }
  /** What was spoken has words now. */
  | { type: 'heard' }
  /** A piece of the reply, the `index`-th of this attempt. */
  | { type: 'delta'; attempt: number; index: number; text: string }
  /** This process has stopped working on the reply before its end. */
  | { type: 'interrupted'; error: AppError }

type Listener = (signal: ReplySignal) => void
type LiveReply = { deltas: Extract<ReplySignal, { type: 'delta' }>[]; listeners: Set<Listener> }

export type ReplyBus = {
  publish: (messageId: string, signal: ReplySignal) => void
  /** Pieces of the reply so far come first. Returns the function that stops listening. */
  listen: (messageId: string, listener: Listener) => () => void
  /** Forgets the pieces of a reply that this process has left. */
  forget: (messageId: string) => void
}

export function createReplyBus(): ReplyBus {
  const replies = new Map<string, LiveReply>()
  const liveReply = (messageId: string) => {
    const live = replies.get(messageId) ?? { deltas: [], listeners: new Set() }
    replies.set(messageId, live)
    return live
  }
  return {
    publish(messageId, signal) {
      const live = liveReply(messageId)
      if (signal.type === 'delta') live.deltas.push(signal)
      for (const listener of live.listeners) listener(signal)
    },
    listen(messageId, listener) {
      const live = liveReply(messageId)
      for (const delta of live.deltas) listener(delta)
      live.listeners.add(listener)
      return () => {
        live.listeners.delete(listener)
        if (live.listeners.size === 0 && live.deltas.length === 0) replies.delete(messageId)
      }
    },
    forget(messageId) {
      const live = replies.get(messageId)
      if (!live) return
      live.deltas = []
      if (live.listeners.size === 0) replies.delete(messageId)
    },
  }
}
