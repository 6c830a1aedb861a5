import { createHash } from 'node:crypto'
import { plainWord, splitWords } from '#base/word-edits.ts'

export const FACT_KINDS = [
  'interest',
  'preference',
  'work',
  'study',
  'place',
  'people',
  'pet',
  'plan',
  'goal',
  'learning',
  'other',
] as const

export type FactKind = (typeof FACT_KINDS)[number]

/** A message that facts may be found in; `createdAt` is the database's. */
export type SaidMessage = {
  messageId: string
  role: 'user' | 'assistant'
  content: string
  createdAt: Date
}

/** Where the learner said it, in UTF-16 units of the message. */
export type Evidence = { messageId: string; spanStart: number; spanEnd: number }

export type FoundFact = Evidence & { kind: FactKind; text: string; textHash: string; saidAt: Date }

export type Fact = {
  factId: string
  kind: FactKind
  text: string
  conversationId: string
  createdAt: Date
} & Evidence

/** What was erased and may not be learnt again; all `null`: everything that was said before `erasedAt`. */
export type Erasure = {
  textHash: string | null
  messageId: string | null
  spanStart: number | null
  spanEnd: number | null
  erasedAt: Date
}

/** The same for texts that differ in case, punctuation and spaces only. One learner's hashes tell nothing of another's. */
export function hashFact(userId: string, text: string): string {
  const words = splitWords(text).map(plainWord).join(' ')
  return createHash('sha256').update(`malgil.fact:${userId}:${words}`).digest('hex')
}

/** Whether the fact comes from what the learner wanted forgotten, in whatever words it is put now. */
export function isErased(fact: FoundFact, erasures: readonly Erasure[]): boolean {
  return erasures.some(({ textHash, messageId, spanStart, spanEnd, erasedAt }) => {
    const wasSaidBefore = fact.saidAt <= erasedAt
    if (textHash === null) return wasSaidBefore
    if (wasSaidBefore && textHash === fact.textHash) return true
    return messageId === fact.messageId && fact.spanStart < (spanEnd ?? 0) && (spanStart ?? 0) < fact.spanEnd
  })
}
