import type { Exchange } from './conversation.ts'
import type { ReplySignal } from './reply-bus.ts'

/** The events of a message in the order they come. Ids count them, so that `Last-Event-ID` says where to go on. */
const ORDINAL = {
  'message.received': 1,
  'message.transcribed': 2,
  'reply.delta': 3,
  'reply.completed': 4,
  'message.assessed': 5,
  'message.completed': 6,
  problem: 6,
} as const

export type ReplyEventName = keyof typeof ORDINAL

/** `exchange` is as stored when the event became due; a delta has only its text. */
export type ReplyEvent =
  | { id: string; event: Exclude<ReplyEventName, 'reply.delta'>; exchange: Exchange }
  | { id: string; event: 'reply.delta'; text: string }

/** Where a client is: the last event it has, and of which attempt and piece if that was a delta. */
export type EventPosition = { ordinal: number; attempt: number; index: number }

export const START: EventPosition = { ordinal: 0, attempt: 0, index: -1 }

/** Ids look like `4` or, for a delta, `3.1.12`: the attempt and the piece. What is no id of ours starts over. */
export function parseEventId(id: string | undefined): EventPosition {
  const match = /^(\d)(?:\.(\d{1,4})\.(\d{1,6}))?$/.exec(id ?? '')
  if (!match) return START
  const [, ordinal, attempt = '0', index = '-1'] = match
  return { ordinal: Number(ordinal), attempt: Number(attempt), index: Number(index) }
}

/** What is stored, as the events a client at `position` has not had. Deltas are not stored: the reply has all. */
export function storedEvents(exchange: Exchange, position: EventPosition): ReplyEvent[] {
  const { status } = exchange.reply
  const { content, speech } = exchange.message
  const due: Exclude<ReplyEventName, 'reply.delta'>[] = ['message.received']
  if (speech?.transcript && content !== '') due.push('message.transcribed')
  if (status === 'completed') due.push('reply.completed')
  if (speech?.assessedAt) due.push('message.assessed')
  if (status === 'completed') due.push('message.completed')
  if (status === 'interrupted' || status === 'failed') due.push('problem')
  return due
    .filter((event) => ORDINAL[event] > position.ordinal)
    .map((event) => ({ id: String(ORDINAL[event]), event, exchange }))
}

/** The event of a piece, unless the client has it or is past it, or holds pieces of an attempt that was lost. */
export function deltaEvent(
  { attempt, index, text }: Extract<ReplySignal, { type: 'delta' }>,
  position: EventPosition,
): ReplyEvent | undefined {
  if (position.ordinal > ORDINAL['reply.delta']) return undefined
  const isMidReply = position.ordinal === ORDINAL['reply.delta']
  if (isMidReply && (position.attempt !== attempt || index <= position.index)) return undefined
  return { id: `${ORDINAL['reply.delta']}.${attempt}.${index}`, event: 'reply.delta', text }
}
