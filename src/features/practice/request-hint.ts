import { type RootDb, withTransaction } from '#platform/db/db.ts'
import { sessionEnded, sessionNotFound } from './errors.ts'
import { type AiInteraction, hintsGiven, interactionWith } from './session.ts'
import { appendAiInteraction, findSession, lockSession, type SessionKey } from './session-queries.ts'
import type { Bilingual, Variation } from './variation.ts'

export type Hint = { level: number; text: Bilingual; isLast: boolean }

export type RequestHintDeps = {
  db: RootDb
  now: () => Date
  variationOf: (versionId: string) => Promise<Variation>
}

/** The next authored hint; after the last, the last again. Each is kept in the session, a repeated key gives its own. */
export async function requestHint(
  { db, now, variationOf }: RequestHintDeps,
  { idempotencyKey, ...key }: SessionKey & { idempotencyKey: string | undefined },
): Promise<{ hint: Hint; isReplay: boolean }> {
  const found = await findSession(db, key)
  if (!found) throw sessionNotFound()
  const hints = (await variationOf(found.variationVersionId)).hint_levels
  return withTransaction(db, async (tx) => {
    const session = await lockSession(tx, key)
    const given = session && interactionWith(session, { kind: 'hint', idempotencyKey })
    const earlier = given && hints.findIndex(({ level }) => level === given.level)
    if (earlier !== undefined && earlier >= 0) return { hint: hintAt(hints, earlier), isReplay: true }
    if (session?.status !== 'in_progress') throw sessionEnded()
    const hint = hintAt(hints, Math.min(hintsGiven(session), hints.length - 1))
    const interaction: AiInteraction = {
      kind: 'hint',
      level: hint.level,
      text: hint.text,
      at: now().toISOString(),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    }
    await appendAiInteraction(tx, { ...key, interaction })
    return { hint, isReplay: false }
  })
}

function hintAt(hints: Variation['hint_levels'], index: number): Hint {
  const hint = hints[index]
  if (!hint) throw new Error(`The variation has no hint ${index + 1}`)
  return { ...hint, isLast: index === hints.length - 1 }
}
