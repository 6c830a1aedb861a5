import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import { handedBack, isFree, isUnattended, leaseEnd, NO_LEASE } from '#platform/db/lease.ts'
import type { Claimed, Leases } from '#platform/lease-runner.ts'
import type { Conversation, Exchange } from './conversation.ts'
import type { Gathered } from './gather.ts'
import type { MessageKey } from './message-queries.ts'

/** What a message was accepted with a moment ago, so that it need not be looked up; `stored`: when it is safe. */
type Known = { conversation: Conversation; exchange: Exchange; gathered?: Gathered; stored?: Promise<void> }

export type ClaimedReply = Claimed<MessageKey> & { known?: Known | undefined }

export const replyLeases: Leases<MessageKey, ClaimedReply> = {
  claim: claimReply,
  listUnattended: listUnattendedReplies,
  dropAll: dropAllLeases,
  extend: extendLeases,
  release: releaseReply,
}

async function claimReply(
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

async function listUnattendedReplies(
  db: Db,
  { owner, limit }: { owner: string; limit: number },
): Promise<MessageKey[]> {
  const rows = await db
    .selectFrom('messages')
    .select(['user_id as userId', 'reply_to as messageId'])
    .where('status', '=', 'pending')
    .where(isUnattended(owner))
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.flatMap(({ userId, messageId }) => (messageId === null ? [] : [{ userId, messageId }]))
}

async function dropAllLeases(db: Db): Promise<void> {
  await db
    .updateTable('messages')
    .set(NO_LEASE)
    .where('status', '=', 'pending')
    .where('lease_owner', 'is not', null)
    .execute()
}

async function extendLeases(db: Db, { owner, keys }: { owner: string; keys: MessageKey[] }): Promise<void> {
  if (keys.length === 0) return
  await db
    .updateTable('messages')
    .set({ lease_expires_at: leaseEnd() })
    .where('lease_owner', '=', owner)
    .where('status', '=', 'pending')
    .where(
      'user_id',
      'in',
      keys.map(({ userId }) => userId),
    )
    .where(
      'reply_to',
      'in',
      keys.map(({ messageId }) => messageId),
    )
    .execute()
}

async function releaseReply(
  db: Db,
  { userId, messageId, owner, ...back }: MessageKey & { owner: string; delayS: number; isRefunded: boolean },
): Promise<void> {
  await db
    .updateTable('messages')
    .set(handedBack(back))
    .where('user_id', '=', userId)
    .where('reply_to', '=', messageId)
    .where('lease_owner', '=', owner)
    .where('status', '=', 'pending')
    .execute()
}
