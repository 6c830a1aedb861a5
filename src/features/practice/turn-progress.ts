import type { TurnCalls } from '#engines/llm/turn-calls.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { runPart, withPart } from '#platform/db/statement-part.ts'
import type { ClaimedTurn } from './lease-queries.ts'
import { likelyCalls } from './likely-calls.ts'
import { insertAssessment, insertTranscript, updateTranscriptWords, updateTurn } from './progress-queries.ts'
import type { Session } from './session.ts'
import { endTalk } from './session-queries.ts'
import { type StageResult, withResult } from './stage-result.ts'
import { isOpen, type Stage, type TurnView } from './turn.ts'
import type { TurnBus } from './turn-bus.ts'

export type TurnProgressDeps = {
  db: RootDb
  bus: TurnBus
  calls: TurnCalls
  storeDuration: (
    db: Db,
    recording: { userId: string; recordingId: string; durationMs: number },
  ) => Promise<void>
}

/** A turn in work. Both functions tell whether it is still this process's; otherwise nothing more may be done. */
export type TurnProgress = {
  view: () => TurnView
  advance: (to: Stage, result: StageResult) => Promise<boolean>
  /** Stores what was not worth a commit of its own. */
  save: () => Promise<boolean>
}

/** Sound takes long to hear and to score: nobody listens or answers again because what came after it failed. */
const KEPT_OF_SOUND: ReadonlySet<Stage> = new Set(['transcribed', 'replied'])

/**
 * Where a turn has got to. A typed turn is stored when it is accepted and when it ends; what happens in between is shown
 * to those who follow it here, and stored before its time only when it cannot go on.
 */
export function createTurnProgress(
  deps: TurnProgressDeps,
  { claim, session, found }: { claim: ClaimedTurn; session: Session; found: TurnView },
): TurnProgress {
  const { db, bus } = deps
  let saved = found
  let view = found
  let unsaved: StageResult = {}

  async function save(): Promise<boolean> {
    if (view === saved) return true
    const step = { claim, session, saved, view, unsaved }
    const { isMine, committed } = await withTransaction(db, (tx) => store(deps, tx, step))
    committed()
    saved = view
    unsaved = {}
    bus.unshow(view.turnId)
    return isMine
  }

  return {
    view: () => view,
    async advance(to, result) {
      view = withResult(view, to, result)
      unsaved = { ...unsaved, ...result }
      const isKept = view.recordingId !== null && KEPT_OF_SOUND.has(to)
      if (isKept || !isOpen(to)) return save()
      bus.show(view)
      return true
    },
    save,
  }
}

type Step = {
  claim: ClaimedTurn
  session: Session
  saved: TurnView
  view: TurnView
  unsaved: StageResult
}

/** What calls cost is on record whosever the turn is by now. */
async function store(
  { calls, storeDuration }: TurnProgressDeps,
  tx: Db,
  { claim, session, saved, view, unsaved }: Step,
): Promise<{ isMine: boolean; committed: () => void }> {
  const { userId, turnId, recordingId } = view
  const { part, settled } = calls.settle({ turnId, isLast: !isOpen(view.stage) })
  const isMine = await updateTurn(withPart(tx, part), { owner: claim.owner, from: saved.stage, view })
  if (!isMine) return { isMine, committed: settled }
  const { durationMs, transcript, assessment, timedWords, overReason } = unsaved
  if (durationMs !== undefined && recordingId !== null)
    await storeDuration(tx, { userId, recordingId, durationMs })
  if (transcript) await insertTranscript(tx, { userId, turnId, ...transcript })
  if (assessment) await insertAssessment(tx, { userId, turnId, ...assessment })
  if (timedWords) await updateTranscriptWords(tx, { userId, turnId, words: timedWords })
  if (overReason) await endTalk(tx, { ...session, overReason })
  const expect = view.stage === 'transcribed' ? await placeCalls(calls, tx, { session, view }) : noCalls
  return {
    isMine,
    committed() {
      settled()
      expect()
    },
  }
}

async function placeCalls(
  calls: TurnCalls,
  tx: Db,
  { session, view }: Pick<Step, 'session' | 'view'>,
): Promise<() => void> {
  const { userId, appId, turnId } = view
  const likely = likelyCalls(session, view)
  const { part, expect } = await calls.place(tx, { userId, appId, turnId, calls: likely })
  await runPart(tx, part)
  return expect
}

const noCalls = () => {}
