import { type RawBuilder, sql } from 'kysely'

/** Longer than three heartbeats: a process that misses that many is taken for dead. */
const LEASE = sql`interval '30 seconds'`

/** Times are the database's: clocks of several machines never decide who owns a row. */
export const leaseEnd = (): RawBuilder<Date> => sql<Date>`now() + ${LEASE}`

/** Nobody has the row, its owner has been silent too long, or it is this process's own that it had to drop. */
export const isFree = (owner: string) =>
  sql<boolean>`(lease_expires_at is null or lease_expires_at < now() or lease_owner = ${owner})`
