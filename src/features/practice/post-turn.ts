import { newId } from '#base/ids.ts'
import type { TurnCalls } from '#engines/llm/turn-calls.ts'
import type { SpokenFile } from '#engines/speech/spoken-file.ts'
import { transcriptOfTyping } from '#engines/speech/transcribe/utterance-transcript.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/error-codes.ts'
import { runPart } from '#platform/db/statement-part.ts'
import { hashRequest } from '#platform/http/request-hash.ts'
import {
  idempotencyKeyReused,
  sessionEnded,
  sessionNotFound,
  talkIsOver,
  turnInProgress,
  turnLimitReached,
} from './errors.ts'
import type { ClaimedTurn } from './lease-queries.ts'
import { likelyCalls } from './likely-calls.ts'
import { insertTranscript } from './progress-queries.ts'
import type { Session } from './session.ts'
import { findSession, lockSession, type SessionKey } from './session-queries.ts'
import type { Transcript } from './turn.ts'
import {
  countTurns,
  findTurnByIdempotencyKey,
  insertTurn,
  type NewTurn,
  type TurnKey,
} from './turn-queries.ts'
import type { Variation } from './variation.ts'

export type TurnInput =
  | { kind: 'text'; text: string }
  | { kind: 'audio'; file: SpokenFile; appTranscript: string | undefined }

export type PostTurnDeps = {
  db: RootDb
  variationOf: (versionId: string) => Promise<Variation>
  /** Puts the file where recordings are kept, to survive a crash, then its row. Returns the recording's id. */
  keepRecording: (tx: Db, userId: string, file: SpokenFile) => Promise<string>
  calls: TurnCalls
  /** Who will work on the turn from the beginning; `undefined` when it has to wait. */
  claimant: () => string | undefined
  startTurn: (turn: TurnKey, claim: ClaimedTurn | undefined) => void
}

export type AcceptedTurn = { turn: TurnKey; isReplay: boolean }

export type PostTurnRequest = SessionKey & {
  /** Of the session, which never changes. */
  variationVersionId: string
  appId: string
  idempotencyKey: string | undefined
  input: TurnInput
}

/** Refuses what needs no body, so that a long upload is not received in vain. */
export async function requireSession(db: Db, key: SessionKey): Promise<Session> {
  const session = await findSession(db, key)
  if (!session) throw sessionNotFound()
  return session
}

/**
 * Accepts a turn: once this resolves, the words or the sound are stored and the turn will be answered, whatever
 * happens to this process. Slow work comes after. A repeated `Idempotency-Key` answers with the first turn.
 */
export async function postTurn(deps: PostTurnDeps, request: PostTurnRequest): Promise<AcceptedTurn> {
  const requestHash = hashInput(request.input)
  const earlier = await findEarlier(deps.db, request, requestHash)
  if (earlier) return { turn: earlier, isReplay: true }
  const { limits } = await deps.variationOf(request.variationVersionId)

  try {
    const { begin, ...accepted } = await withTransaction(deps.db, (tx) =>
      accept(deps, tx, { request, requestHash, maxTurns: limits.max_turns }),
    )
    begin()
    return accepted
  } catch (error) {
    // Kept by the database, should two get past the session's lock.
    throw isUniqueViolation(error, 'situation_turns_open_key') ? turnInProgress() : error
  }
}

type Acceptance = { request: PostTurnRequest; requestHash: string; maxTurns: number }

/** Decides under the session's lock, so that of two turns at once one is accepted and the other refused. */
async function accept(
  deps: PostTurnDeps,
  tx: Db,
  { request, requestHash, maxTurns }: Acceptance,
): Promise<AcceptedTurn & { begin: () => void }> {
  const session = await lockSession(tx, request)
  if (!session) throw sessionNotFound()
  // The same request came twice at once, and the other one was first.
  const first = await findEarlier(tx, request, requestHash)
  if (first) return { turn: first, isReplay: true, begin: () => deps.startTurn(first, undefined) }
  if (session.status !== 'in_progress') throw sessionEnded()
  const { accepted, open, lastNumber } = await countTurns(tx, request)
  if (open > 0) throw turnInProgress()
  if (accepted >= maxTurns) throw turnLimitReached(maxTurns)
  if (session.overReason === 'time_limit' || session.overReason === 'cost_limit') {
    throw talkIsOver(session.overReason)
  }

  const turn = { userId: request.userId, turnId: newId() }
  const owner = deps.claimant()
  const numbered = { ...turn, turnNumber: lastNumber + 1, requestHash, owner }
  const transcript = await storeTurn(deps, tx, { request, turn: numbered })
  const start = (claim?: ClaimedTurn) => deps.startTurn(turn, claim)
  if (owner === undefined) return { turn, isReplay: false, begin: start }
  // Nobody knows yet whether there are words in a recording that a model will be asked about.
  const calls = transcript ? likelyCalls(session, { transcript }) : []
  const { part, expect } = await deps.calls.place(tx, { ...turn, appId: request.appId, calls })
  await runPart(tx, part)
  const begin = () => {
    expect()
    start({ ...turn, owner, attempts: 1 })
  }
  return { turn, isReplay: false, begin }
}

type NumberedTurn = Pick<NewTurn, 'userId' | 'turnId' | 'turnNumber' | 'requestHash' | 'owner'>

/** What was typed needs no hearing: its words are stored with it. */
async function storeTurn(
  deps: PostTurnDeps,
  tx: Db,
  { request, turn }: { request: PostTurnRequest; turn: NumberedTurn },
): Promise<Transcript | undefined> {
  const { sessionId, appId, idempotencyKey, input } = request
  const shared = { ...turn, sessionId, appId, idempotencyKey }
  if (input.kind === 'audio') {
    // Only what is accepted is kept: a refused recording leaves nothing behind.
    const recordingId = await deps.keepRecording(tx, turn.userId, input.file)
    const { appTranscript } = input
    await insertTurn(tx, {
      ...shared,
      stage: 'received',
      input: { kind: 'audio', recordingId, appTranscript },
    })
    return undefined
  }
  const transcript = transcriptOfTyping(input.text)
  await insertTurn(tx, { ...shared, stage: 'transcribed', input })
  await insertTranscript(tx, { userId: turn.userId, turnId: turn.turnId, ...transcript })
  return transcript
}

async function findEarlier(
  db: Db,
  request: PostTurnRequest,
  requestHash: string,
): Promise<TurnKey | undefined> {
  const { userId, sessionId, idempotencyKey } = request
  if (idempotencyKey === undefined) return undefined
  const turn = await findTurnByIdempotencyKey(db, { userId, sessionId, idempotencyKey })
  if (turn && turn.requestHash !== requestHash) throw idempotencyKeyReused()
  return turn
}

function hashInput(input: TurnInput): string {
  if (input.kind === 'text') return hashRequest({ text: input.text })
  return hashRequest({ audio: input.file.sha256, transcript: input.appTranscript })
}
