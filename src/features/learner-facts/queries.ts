import { type ExpressionBuilder, sql } from 'kysely'
import { newId } from '#base/ids.ts'
import type { Db } from '#platform/db/db.ts'
import type { DB } from '#platform/db/schema.ts'
import { type Erasure, FACT_KINDS, type Fact, type FactKind, type FoundFact } from './fact.ts'

/** Newest first. One row more than `limit` when there is more. */
export async function listFacts(
  db: Db,
  { userId, before, limit }: { userId: string; before: string | undefined; limit: number },
): Promise<Fact[]> {
  const rows = await db
    .selectFrom('user_facts')
    .select([
      'id as factId',
      'kind',
      'text',
      'conversation_id as conversationId',
      'message_id as messageId',
      'span_start as spanStart',
      'span_end as spanEnd',
      'created_at as createdAt',
    ])
    .where('user_id', '=', userId)
    .$if(before !== undefined, (query) => query.where('id', '<', before ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return rows.map((row) => ({ ...row, kind: toKind(row.kind) }))
}

/** A kind of a later version is shown as one of ours. */
const toKind = (kind: string): FactKind => FACT_KINDS.find((known) => known === kind) ?? 'other'

/** Newest first. */
export async function listFactTexts(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('user_facts')
    .select('text')
    .where('user_id', '=', userId)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(({ text }) => text)
}

/** What a reply is made from. */
const MAX_USED_FACTS = 20

/** What a persona may know of the learner, newest first; for a statement of others. */
export const usedFactTexts = (builder: ExpressionBuilder<DB, never>, userId: string) =>
  builder
    .selectFrom('user_facts')
    .select('user_facts.text')
    .where('user_facts.user_id', '=', userId)
    .orderBy('user_facts.id', 'desc')
    .limit(MAX_USED_FACTS)

/** Whoever stores or erases facts of the learner waits for others who do, until the end of the transaction. */
export async function lockFacts(db: Db, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('malgil.facts'), hashtext(${userId}))`.execute(db)
}

export async function listErasures(db: Db, userId: string): Promise<Erasure[]> {
  return db
    .selectFrom('user_fact_erasures')
    .select([
      'text_hash as textHash',
      'message_id as messageId',
      'span_start as spanStart',
      'span_end as spanEnd',
      'erased_at as erasedAt',
    ])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute()
}

export type NewFact = FoundFact & {
  userId: string
  conversationId: string
  promptVersionId: string
  provider: string
  model: string
}

/** What is known already stays as it is. */
export async function insertFact(db: Db, fact: NewFact): Promise<void> {
  await db
    .insertInto('user_facts')
    .values({
      user_id: fact.userId,
      id: newId(),
      kind: fact.kind,
      text: fact.text,
      text_hash: fact.textHash,
      conversation_id: fact.conversationId,
      message_id: fact.messageId,
      span_start: fact.spanStart,
      span_end: fact.spanEnd,
      prompt_version_id: fact.promptVersionId,
      provider: fact.provider,
      model: fact.model,
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'text_hash']).doNothing())
    .execute()
}

/** Of more than `limit` facts the oldest go. */
export async function trimFacts(db: Db, { userId, limit }: { userId: string; limit: number }): Promise<void> {
  await db
    .deleteFrom('user_facts')
    .where('user_id', '=', userId)
    .where('id', 'not in', (query) =>
      query
        .selectFrom('user_facts')
        .select('id')
        .where('user_id', '=', userId)
        .orderBy('id', 'desc')
        .limit(limit),
    )
    .execute()
}

/** Returns what was deleted; with neither an id nor a conversation all of the learner's facts. */
export async function deleteFacts(
  db: Db,
  { userId, factId, conversationId }: { userId: string; factId?: string; conversationId?: string },
): Promise<Omit<Erasure, 'erasedAt'>[]> {
  return db
    .deleteFrom('user_facts')
    .where('user_id', '=', userId)
    .$if(factId !== undefined, (query) => query.where('id', '=', factId ?? ''))
    .$if(conversationId !== undefined, (query) => query.where('conversation_id', '=', conversationId ?? ''))
    .returning([
      'text_hash as textHash',
      'message_id as messageId',
      'span_start as spanStart',
      'span_end as spanEnd',
    ])
    .execute()
}

const NOTHING = { textHash: null, messageId: null, spanStart: null, spanEnd: null }

/** Without an erasure: everything that was said until now. */
export async function insertErasure(
  db: Db,
  userId: string,
  erasure: Omit<Erasure, 'erasedAt'> = NOTHING,
): Promise<void> {
  await db
    .insertInto('user_fact_erasures')
    .values({
      user_id: userId,
      id: newId(),
      text_hash: erasure.textHash,
      message_id: erasure.messageId,
      span_start: erasure.spanStart,
      span_end: erasure.spanEnd,
      // Later than any message of a transaction that has not ended yet.
      erased_at: sql<Date>`clock_timestamp()`,
    })
    .execute()
}

/** Those that another one contains. */
export async function deleteErasures(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('user_fact_erasures').where('user_id', '=', userId).execute()
}
