import { type RawBuilder, sql } from 'kysely'

/** Longer than three heartbeats: a process that misses that many is taken for dead. */
const LEASE = sql`interval '30 seconds'`
/** What is left of a lease that was taken five seconds ago. */
const NO_LONGER_NEW = sql`interval '25 seconds'`

/** Times are the database's: clocks of several machines never decide who owns a row. */
export const leaseEnd = (): RawBuilder<Date> => sql<Date>`now() + ${LEASE}`

/** Columns of a row that is worked on from the moment it is written, or by nobody yet. */
export const leasedTo = (owner: string | null) => ({
  lease_owner: owner,
  lease_expires_at: sql<Date | null>`case when ${owner}::uuid is not null then ${leaseEnd()} end`,
  attempts: sql<number>`(${owner}::uuid is not null)::int`,
})

export const NO_LEASE = { lease_owner: null, lease_expires_at: null }

/** To be taken again after `delayS` seconds. With `isRefunded` the attempt does not count. */
export const handedBack = ({ delayS, isRefunded }: { delayS: number; isRefunded: boolean }) => ({
  lease_owner: null,
  lease_expires_at: sql<Date>`now() + make_interval(secs => ${delayS})`,
  ...(isRefunded ? { attempts: sql<number>`attempts - 1` } : {}),
})

/** Nobody has the row, its owner has been silent too long, or it is this process's own that it had to drop. */
export const isFree = (owner: string) =>
  sql<boolean>`(lease_expires_at is null or lease_expires_at < now() or lease_owner = ${owner})`

/** The same to one who only looks around: what this process took a moment ago is about to begin or has just ended. */
export const isUnattended = (owner: string) =>
  sql<boolean>`(${isFree(owner)} and not coalesce(lease_owner = ${owner} and lease_expires_at > now() + ${NO_LONGER_NEW}, false))`
