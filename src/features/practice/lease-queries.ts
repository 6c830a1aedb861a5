import { sql } from 'kysely'
import type { Db } from '#platform/db/db.ts'
import { isFree, leaseEnd } from '#platform/db/lease.ts'
import type { TurnKey } from './turn-queries.ts'

export type ClaimedTurn = TurnKey & { attempts: number }

/** Takes one turn that nobody works on. `undefined`: another process has it, or it has ended. */
export async function claimTurn(
  db: Db,
  { userId, turnId, owner }: TurnKey & { owner: string },
): Promise<ClaimedTurn | undefined> {
  return db
    .updateTable('situation_turns')
    .set({ lease_owner: owner, lease_expires_at: leaseEnd(), attempts: sql`attempts + 1` })
    .where('user_id', '=', userId)
    .where('turn_id', '=', turnId)
    .where('ended_at', 'is', null)
    .where(isFree(owner))
    .returning(['user_id as userId', 'turn_id as turnId', 'attempts'])
    .executeTakeFirst()
}

/** Unfinished turns that nobody else works on, oldest first. */
export async function listUnattendedTurns(
  db: Db,
  { owner, limit }: { owner: string; limit: number },
): Promise<TurnKey[]> {
  return db
    .selectFrom('situation_turns')
    .select(['user_id as userId', 'turn_id as turnId'])
    .where('ended_at', 'is', null)
    .where(isFree(owner))
    .orderBy('received_at')
    .orderBy('turn_id')
    .limit(limit)
    .execute()
}

/** Gives up every lease. Only right where no other process can be alive: on the embedded database, at start. */
export async function dropAllLeases(db: Db): Promise<void> {
  await db
    .updateTable('situation_turns')
    .set({ lease_owner: null, lease_expires_at: null })
    .where('ended_at', 'is', null)
    .where('lease_owner', 'is not', null)
    .execute()
}

export async function extendLeases(
  db: Db,
  { owner, turns }: { owner: string; turns: TurnKey[] },
): Promise<void> {
  if (turns.length === 0) return
  await db
    .updateTable('situation_turns')
    .set({ lease_expires_at: leaseEnd() })
    .where('lease_owner', '=', owner)
    .where('ended_at', 'is', null)
    .where(
      'user_id',
      'in',
      turns.map(({ userId }) => userId),
    )
    .where(
      'turn_id',
      'in',
      turns.map(({ turnId }) => turnId),
    )
    .execute()
}

/** Hands the turn back, to be taken again after `delayS` seconds. With `isRefunded` the attempt does not count. */
export async function releaseTurn(
  db: Db,
  {
    userId,
    turnId,
    owner,
    delayS,
    isRefunded,
  }: TurnKey & { owner: string; delayS: number; isRefunded: boolean },
): Promise<void> {
  await db
    .updateTable('situation_turns')
    .set({
      lease_owner: null,
      lease_expires_at: sql<Date>`now() + make_interval(secs => ${delayS})`,
      ...(isRefunded ? { attempts: sql<number>`attempts - 1` } : {}),
    })
    .where('user_id', '=', userId)
    .where('turn_id', '=', turnId)
    .where('lease_owner', '=', owner)
    .where('ended_at', 'is', null)
    .execute()
}
