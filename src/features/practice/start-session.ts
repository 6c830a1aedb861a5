import { newId } from '#base/ids.ts'
import { type Level, levelOfDifficulty } from '#engines/language/levels.ts'
import type { RootDb } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/error-codes.ts'
import { hashRequest } from '#platform/http/request-hash.ts'
import { idempotencyKeyReused, variationNotFound } from './errors.ts'
import type { Session } from './session.ts'
import { findSession, findSessionByIdempotencyKey, insertSession } from './session-queries.ts'
import type { Variation } from './variation.ts'

export type StartSessionDeps = {
  db: RootDb
  now: () => Date
  findPlayable: (
    variationId: string,
  ) => Promise<
    | { variationId: string; situationId: string; variationVersionId: string; situationVersionId: string }
    | undefined
  >
  variationOf: (versionId: string) => Promise<Variation>
  difficultyOf: (situationVersionId: string) => Promise<string>
  /** What somebody said the learner's level is. */
  levelOfLearner: (userId: string) => Promise<Level | null>
  /** The version of the reply prompt that is served now. */
  promptVersionId: () => Promise<string>
  /** The same of the prompt that judges the words. */
  judgePromptVersionId: () => Promise<string>
}

/** Starts a run of the variation as it is authored now; the session keeps these versions whatever is published later. */
export async function startSession(
  deps: StartSessionDeps,
  {
    userId,
    variationId,
    idempotencyKey,
  }: { userId: string; variationId: string; idempotencyKey: string | undefined },
): Promise<{ session: Session; isReplay: boolean }> {
  const requestHash = hashRequest({ variationId })
  const earlier = await findEarlier(deps, { userId, idempotencyKey, requestHash })
  if (earlier) return { session: earlier, isReplay: true }

  const playable = await deps.findPlayable(variationId)
  if (!playable) throw variationNotFound()
  const { opener } = await deps.variationOf(playable.variationVersionId)
  const level =
    (await deps.levelOfLearner(userId)) ??
    levelOfDifficulty(await deps.difficultyOf(playable.situationVersionId))
  const sessionId = newId()
  try {
    await insertSession(deps.db, {
      ...playable,
      sessionId,
      userId,
      promptVersionId: await deps.promptVersionId(),
      judgePromptVersionId: await deps.judgePromptVersionId(),
      requestHash,
      level,
      opener,
      startedAt: deps.now(),
      idempotencyKey,
    })
  } catch (error) {
    // The same request came twice at once, and the other one was first.
    if (!isUniqueViolation(error, 'user_situation_sessions_idempotency_key')) throw error
    const first = await findEarlier(deps, { userId, idempotencyKey, requestHash })
    if (first) return { session: first, isReplay: true }
    throw error
  }
  const session = await findSession(deps.db, { userId, sessionId })
  if (!session) throw new Error(`Session ${sessionId} vanished after it was stored`)
  return { session, isReplay: false }
}

async function findEarlier(
  { db }: StartSessionDeps,
  {
    userId,
    idempotencyKey,
    requestHash,
  }: { userId: string; idempotencyKey: string | undefined; requestHash: string },
): Promise<Session | undefined> {
  if (idempotencyKey === undefined) return undefined
  const session = await findSessionByIdempotencyKey(db, { userId, idempotencyKey })
  if (session && session.requestHash !== requestHash) throw idempotencyKeyReused()
  return session
}
