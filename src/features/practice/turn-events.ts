import { createHash } from 'node:crypto'
import { hasReached, type TurnView } from './turn.ts'
import type { TurnSignal } from './turn-bus.ts'

/** The events of a turn in the order they come. Ids count them, so that `Last-Event-ID` says where to go on. */
const ORDINAL = {
  'turn.received': 1,
  'turn.transcribed': 2,
  'reply.delta': 3,
  'reply.completed': 4,
  'turn.assessed': 5,
  'turn.completed': 6,
  problem: 6,
} as const

export type TurnEventName = keyof typeof ORDINAL

/** `view` is the turn as stored when the event became due; a delta has only its text. */
export type TurnEvent =
  | { id: string; event: Exclude<TurnEventName, 'reply.delta'>; view: TurnView }
  | { id: string; event: 'reply.delta'; text: string }

/**
 * Where a client is: the last event it has, of which attempt and piece if that was a delta, and from the whole reply on
 * which one it was told: a process that dies may leave a turn for which another is made.
 */
export type EventPosition = { ordinal: number; attempt: number; index: number; reply?: string | undefined }

export const START: EventPosition = { ordinal: 0, attempt: 0, index: -1 }

/**
 * Ids look like `2`, for a delta `3.1.12` (the attempt and the piece), and after it `4~1f0c2b9a` (a mark of the reply).
 * What is no id of ours starts over.
 */
export function parseEventId(id: string | undefined): EventPosition {
  const match = /^(\d)(?:\.(\d{1,4})\.(\d{1,6})|~([0-9a-f]{8}))?$/.exec(id ?? '')
  if (!match) return START
  const [, ordinal, attempt = '0', index = '-1', reply] = match
  return { ordinal: Number(ordinal), attempt: Number(attempt), index: Number(index), reply }
}

/** What is known of the turn, as the events a client at `position` has not had. `reply.completed` has all deltas. */
export function storedEvents(view: TurnView, position: EventPosition): TurnEvent[] {
  const due: Exclude<TurnEventName, 'reply.delta'>[] = ['turn.received']
  // A failed turn got as far as the stage it failed in.
  const stage = view.failedStage ?? view.stage
  if (hasReached(stage, 'transcribed')) due.push('turn.transcribed')
  if (hasReached(stage, 'replied')) due.push('reply.completed')
  if (hasReached(stage, 'assessed')) due.push('turn.assessed')
  if (view.stage === 'completed') due.push('turn.completed')
  if (view.stage === 'failed') due.push('problem')
  const mark = markOf(view)
  const wasToldOther = position.reply !== undefined && position.reply !== mark
  const told = wasToldOther ? ORDINAL['reply.delta'] : position.ordinal
  return due
    .filter((event) => ORDINAL[event] > told)
    .map((event) => ({ id: `${ORDINAL[event]}${OF_REPLY.has(event) ? `~${mark}` : ''}`, event, view }))
}

/** Told before they are stored, where a turn is typed. */
const OF_REPLY: ReadonlySet<TurnEventName> = new Set(['reply.completed', 'turn.assessed'])

const markOf = ({ replyText }: TurnView) =>
  createHash('sha256')
    .update(replyText ?? '')
    .digest('hex')
    .slice(0, 8)

/** The event of a piece, unless the client has it or is past it, or holds pieces of an attempt that was lost. */
export function deltaEvent(
  { attempt, index, text }: Extract<TurnSignal, { type: 'delta' }>,
  position: EventPosition,
): TurnEvent | undefined {
  if (position.ordinal > ORDINAL['reply.delta']) return undefined
  const isMidReply = position.ordinal === ORDINAL['reply.delta']
  if (isMidReply && (position.attempt !== attempt || index <= position.index)) return undefined
  return { id: `${ORDINAL['reply.delta']}.${attempt}.${index}`, event: 'reply.delta', text }
}
