import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import { isFree, leaseEnd } from '#platform/db/lease.ts'
import type { Conversation, Exchange } from './conversation.ts'
import type { MessageKey } from './message-queries.ts'

/** `known`: what it was accepted with a moment ago, so that it need not be looked up. */
export type ClaimedReply = MessageKey & {
  owner: string
  attempts: number
  known?: { conversation: Conversation; exchange: Exchange } | undefined
}

/** Takes one reply that nobody works on. `undefined`: another process has it, or it has ended. */
export async function claimReply(
  db: Db,
  { userId, messageId, owner }: MessageKey & { owner: string },
): Promise<ClaimedReply | undefined> {
  const row = await db
    .updateTable('messages')
    .set({ lease_owner: owner, lease_expires_at: leaseEnd(), attempts: sql`attempts + 1` })
    .where('user_id', '=', userId)
    .where('reply_to', '=', messageId)
    .where('status', '=', 'pending')
    .where(isFree(owner))
    .returning('attempts')
    .executeTakeFirst()
  return row && { userId, messageId, owner, attempts: row.attempts }
}

/** Replies under way that nobody else works on, oldest first. */
export async function listUnattendedReplies(
  db: Db,
  { owner, limit }: { owner: string; limit: number },
): Promise<MessageKey[]> {
  const rows = await db
    .selectFrom('messages')
    .select(['user_id as userId', 'reply_to as messageId'])
    .where('status', '=', 'pending')
    .where(isFree(owner))
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.flatMap(({ userId, messageId }) => (messageId === null ? [] : [{ userId, messageId }]))
}

/** Gives up every lease. Only right where no other process can be alive: on the embedded database, at start. */
export async function dropAllLeases(db: Db): Promise<void> {
  await db
    .updateTable('messages')
    .set({ lease_owner: null, lease_expires_at: null })
    .where('status', '=', 'pending')
    .where('lease_owner', 'is not', null)
    .execute()
}

export async function extendLeases(
  db: Db,
  { owner, replies }: { owner: string; replies: MessageKey[] },
): Promise<void> {
  if (replies.length === 0) return
  await db
    .updateTable('messages')
    .set({ lease_expires_at: leaseEnd() })
    .where('lease_owner', '=', owner)
    .where('status', '=', 'pending')
    .where(
      'user_id',
      'in',
      replies.map(({ userId }) => userId),
    )
    .where(
      'reply_to',
      'in',
      replies.map(({ messageId }) => messageId),
    )
    .execute()
}

/** Hands the reply back, to be taken again after `delayS` seconds. With `isRefunded` the attempt does not count. */
export async function releaseReply(
  db: Db,
  {
    userId,
    messageId,
    owner,
    delayS,
    isRefunded,
  }: MessageKey & { owner: string; delayS: number; isRefunded: boolean },
): Promise<void> {
  await db
    .updateTable('messages')
    .set({
      lease_owner: null,
      lease_expires_at: sql<Date>`now() + make_interval(secs => ${delayS})`,
      ...(isRefunded ? { attempts: sql<number>`attempts - 1` } : {}),
    })
    .where('user_id', '=', userId)
    .where('reply_to', '=', messageId)
    .where('lease_owner', '=', owner)
    .where('status', '=', 'pending')
    .execute()
}
