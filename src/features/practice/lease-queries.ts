import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import { handedBack, isFree, isUnattended, leaseEnd, NO_LEASE } from '#platform/db/lease.ts'
import type { Claimed, Leases } from '#platform/lease-runner.ts'
import type { TurnKey } from './turn-queries.ts'

export type ClaimedTurn = Claimed<TurnKey>

export const turnLeases: Leases<TurnKey> = {
  claim: claimTurn,
  listUnattended: listUnattendedTurns,
  dropAll: dropAllLeases,
  extend: extendLeases,
  release: releaseTurn,
}

async function claimTurn(
  db: Db,
  { userId, turnId, owner }: TurnKey & { owner: string },
): Promise<ClaimedTurn | undefined> {
  const row = await db
    .updateTable('situation_turns')
    .set({ lease_owner: owner, lease_expires_at: leaseEnd(), attempts: sql`attempts + 1` })
    .where('user_id', '=', userId)
    .where('turn_id', '=', turnId)
    .where('ended_at', 'is', null)
    .where(isFree(owner))
    .returning('attempts')
    .executeTakeFirst()
  return row && { userId, turnId, owner, attempts: row.attempts }
}

async function listUnattendedTurns(
  db: Db,
  { owner, limit }: { owner: string; limit: number },
): Promise<TurnKey[]> {
  return db
    .selectFrom('situation_turns')
    .select(['user_id as userId', 'turn_id as turnId'])
    .where('ended_at', 'is', null)
    .where(isUnattended(owner))
    .orderBy('received_at')
    .orderBy('turn_id')
    .limit(limit)
    .execute()
}

async function dropAllLeases(db: Db): Promise<void> {
  await db
    .updateTable('situation_turns')
    .set(NO_LEASE)
    .where('ended_at', 'is', null)
    .where('lease_owner', 'is not', null)
    .execute()
}

async function extendLeases(db: Db, { owner, keys }: { owner: string; keys: TurnKey[] }): Promise<void> {
  if (keys.length === 0) return
  await db
    .updateTable('situation_turns')
    .set({ lease_expires_at: leaseEnd() })
    .where('lease_owner', '=', owner)
    .where('ended_at', 'is', null)
    .where(
      'user_id',
      'in',
      keys.map(({ userId }) => userId),
    )
    .where(
      'turn_id',
      'in',
      keys.map(({ turnId }) => turnId),
    )
    .execute()
}

async function releaseTurn(
  db: Db,
  { userId, turnId, owner, ...back }: TurnKey & { owner: string; delayS: number; isRefunded: boolean },
): Promise<void> {
  await db
    .updateTable('situation_turns')
    .set(handedBack(back))
    .where('user_id', '=', userId)
    .where('turn_id', '=', turnId)
    .where('lease_owner', '=', owner)
    .where('ended_at', 'is', null)
    .execute()
}
