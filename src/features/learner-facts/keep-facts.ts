import { AppError } from '#base/errors.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { type FoundFact, isErased } from './fact.ts'
import {
  deleteErasures,
  deleteFacts,
  insertErasure,
  insertFact,
  listErasures,
  lockFacts,
  trimFacts,
} from './queries.ts'

/** The newest; more would neither be read by a model nor by the learner. */
const MAX_FACTS = 50

/** What one model found by one prompt. */
export type FoundFacts = { found: FoundFact[]; promptVersionId: string; provider: string; model: string }

/** In the caller's transaction: what was erased meanwhile, or may not come back, is left out. */
export async function storeFacts(
  tx: Db,
  { userId, conversationId, facts }: { userId: string; conversationId: string; facts: FoundFacts },
): Promise<void> {
  await lockFacts(tx, userId)
  const erasures = await listErasures(tx, userId)
  const { found, promptVersionId, provider, model } = facts
  for (const fact of found) {
    if (isErased(fact, erasures)) continue
    await insertFact(tx, { ...fact, userId, conversationId, promptVersionId, provider, model })
  }
  await trimFacts(tx, { userId, limit: MAX_FACTS })
}

/** Its text is gone; that it was erased stays known by a hash. Throws `fact.not_found`. */
export async function eraseFact(
  db: RootDb,
  { userId, factId }: { userId: string; factId: string },
): Promise<void> {
  await withTransaction(db, async (tx) => {
    await lockFacts(tx, userId)
    const [erased] = await deleteFacts(tx, { userId, factId })
    if (!erased) throw factNotFound()
    await insertErasure(tx, userId, erased)
  })
}

/** All of them; nothing is learnt any more from what was said until now. */
export async function eraseAllFacts(db: RootDb, userId: string): Promise<void> {
  await withTransaction(db, async (tx) => {
    await lockFacts(tx, userId)
    await deleteFacts(tx, { userId })
    await deleteErasures(tx, userId)
    await insertErasure(tx, userId)
  })
}

/** In the caller's transaction, which deletes the conversation: its messages cannot teach anything again. */
export async function eraseFactsOf(
  tx: Db,
  { userId, conversationId }: { userId: string; conversationId: string },
): Promise<void> {
  await lockFacts(tx, userId)
  await deleteFacts(tx, { userId, conversationId })
}

const factNotFound = () => new AppError('not_found', 'fact.not_found', 'There is no such fact')
