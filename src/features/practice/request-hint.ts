import { type RootDb, withTransaction } from '#platform/db/db.ts'
import { sessionEnded, sessionNotFound } from './errors.ts'
import { hintsGiven } from './session.ts'
import { appendAiInteraction, findSession, lockSession, type SessionKey } from './session-queries.ts'
import type { Bilingual, Variation } from './variation.ts'

export type Hint = { level: number; text: Bilingual; isLast: boolean }

export type RequestHintDeps = {
  db: RootDb
  now: () => Date
  variationOf: (versionId: string) => Promise<Variation>
}

/** The next authored hint; after the last, the last again. Each one given is kept in the session. */
export async function requestHint({ db, now, variationOf }: RequestHintDeps, key: SessionKey): Promise<Hint> {
  const found = await findSession(db, key)
  if (!found) throw sessionNotFound()
  const { hint_levels } = await variationOf(found.variationVersionId)
  return withTransaction(db, async (tx) => {
    const session = await lockSession(tx, key)
    if (session?.status !== 'in_progress') throw sessionEnded()
    const index = Math.min(hintsGiven(session), hint_levels.length - 1)
    const hint = hint_levels[index]
    if (!hint) throw new Error(`Variation version ${found.variationVersionId} has no hints`)
    await appendAiInteraction(tx, {
      ...key,
      interaction: { kind: 'hint', level: hint.level, text: hint.text, at: now().toISOString() },
    })
    return { level: hint.level, text: hint.text, isLast: index === hint_levels.length - 1 }
  })
}
