import type { AskRewrite } from '#engines/language/govern-reply.ts'
import { type Level, levelOfDifficulty } from '#engines/language/levels.ts'
import type { CanaryOf } from '#engines/llm/canary.ts'
import type { Complete } from '#engines/llm/gateway.ts'
import type { LlmMessage, LlmRequest } from '#engines/llm/provider.ts'
import type { AskStructured } from '#engines/llm/structured.ts'
import type { DecodedAudio, SpeechEngine } from '#engines/speech/engine.ts'
import type { FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import type { Listen } from '#engines/speech/transcribe/listen.ts'
import type { Audience } from '#platform/audience.ts'
import type { RootDb } from '#platform/db/db.ts'
import type { AuthoredRules } from './authored-reply.ts'
import type { Session } from './session.ts'
import type { LimitsContext } from './session-limits.ts'
import type { TurnView } from './turn.ts'
import type { TurnBus } from './turn-bus.ts'
import { listTurns } from './turn-queries.ts'
import type { Variation } from './variation.ts'

/** A prompt version as a request for a model; what it does not say is absent. */
export type RenderPrompt = (
  promptVersionId: string,
  input: { variables: Readonly<Record<string, unknown>>; history?: readonly LlmMessage[] },
) => Promise<Pick<LlmRequest, 'messages' | 'model' | 'temperature'> & { maxOutputTokens: number | undefined }>

/** Whose line a model is to put more simply. */
export type RewriteCall = {
  purpose: string
  role: string
  attribution: { appId: string; userId: string; turnId: string }
}

export type TurnContextDeps = AuthoredRules &
  Omit<LimitsContext, 'session' | 'variation'> & {
    db: RootDb
    bus: TurnBus
    audience: Audience
    speech: SpeechEngine
    feedbackTemplates: () => readonly FeedbackTemplates[]
    listen: Listen
    complete: Complete
    canaryOf: CanaryOf
    rewriteForLevel: (call: RewriteCall) => AskRewrite
    /** False: replies are measured, and shown as they come. */
    governsLevel: boolean
    /** A reply was stopped because it was giving the instructions away. */
    reportLeak: (turn: TurnView) => void
    ask: AskStructured
    variationOf: (versionId: string) => Promise<Variation>
    difficultyOf: (situationVersionId: string) => Promise<string>
    renderPrompt: RenderPrompt
    /** A path of the stored file for as long as `work` runs. */
    withRecording: <T>(
      key: { userId: string; recordingId: string },
      work: (path: string) => Promise<T>,
    ) => Promise<T>
    /** As the learner's preferences say. */
    learnerLanguagesOf: (userId: string) => Promise<{ firstLanguage: string | undefined; language: string }>
  }

/** What the steps of one turn share. Nothing in it has to survive: a new attempt makes it anew. */
export type TurnContext = TurnContextDeps & {
  session: Session
  variation: Variation
  /** What replies are kept to; null where nobody can say. */
  level: Level | null
  attempt: number
  /** Decoded when first needed, once. `undefined` for a typed turn. */
  audioOf: (view: TurnView) => Promise<DecodedAudio | undefined>
  /** Turns of the session that were heard and answered before this one, at least in part, oldest first. */
  turnsBefore: (view: TurnView) => Promise<TurnView[]>
}

/** What the steps need that are about words alone: nothing of sound, nothing of what is stored. */
export type TalkContext = Pick<
  TurnContext,
  | keyof AuthoredRules
  | keyof LimitsContext
  | 'level'
  | 'governsLevel'
  | 'rewriteForLevel'
  | 'reportLeak'
  | 'attempt'
  | 'bus'
  | 'audience'
  | 'complete'
  | 'canaryOf'
  | 'ask'
  | 'difficultyOf'
  | 'renderPrompt'
  | 'turnsBefore'
>

export async function createTurnContext(
  deps: TurnContextDeps,
  { session, attempt }: { session: Session; attempt: number },
): Promise<TurnContext> {
  let audio: Promise<DecodedAudio> | undefined
  // One turn at a time: while this one is in work, those before it stay as they are.
  let turns: Promise<TurnView[]> | undefined
  const decode = (userId: string, recordingId: string) =>
    deps.withRecording({ userId, recordingId }, (path) => deps.speech.decode(path))
  return {
    ...deps,
    session,
    attempt,
    variation: await deps.variationOf(session.variationVersionId),
    level: session.level ?? levelOfDifficulty(await deps.difficultyOf(session.situationVersionId)),
    async audioOf({ userId, recordingId }) {
      if (recordingId === null) return undefined
      audio ??= decode(userId, recordingId)
      return audio
    },
    async turnsBefore({ turnNumber }) {
      turns ??= listTurns(deps.db, session)
      const wasAnswered = ({ stage, replyText }: TurnView) => stage !== 'failed' || replyText !== null
      return (await turns).filter((turn) => turn.turnNumber < turnNumber && wasAnswered(turn))
    },
  }
}
