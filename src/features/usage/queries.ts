import type { Db } from '#platform/db/db.ts'

export type StartedCall = {
  callId: string
  userId: string
  appId: string
  turnId: string | null
  purpose: string
  promptVersionId: string | null
  provider: string
  model: string
  attempt: number
  startedAt: Date
}

export type FinishedCall = {
  callId: string
  userId: string
  outcome: 'completed' | 'partial' | 'failed' | 'timed_out' | 'aborted'
  errorCode: string | null
  model: string
  usageBasis: 'reported' | 'estimated' | 'unknown' | 'none'
  inputTokens: number | null
  cachedInputTokens: number | null
  outputTokens: number | null
  /** Where the vendor bills by length. */
  audioMs: number | null
  firstTokenMs: number | null
  durationMs: number
  providerRequestId: string | null
  finishedAt: Date
}

export async function insertStartedCall(db: Db, call: StartedCall): Promise<void> {
  await db
    .insertInto('llm_calls')
    .values({
      user_id: call.userId,
      llm_call_id: call.callId,
      app_id: call.appId,
      turn_id: call.turnId,
      purpose: call.purpose,
      prompt_version_id: call.promptVersionId,
      provider: call.provider,
      model: call.model,
      attempt: call.attempt,
      started_at: call.startedAt,
    })
    .execute()
}

export async function updateFinishedCall(db: Db, call: FinishedCall): Promise<void> {
  await db
    .updateTable('llm_calls')
    .set({
      outcome: call.outcome,
      error_code: call.errorCode,
      model: call.model,
      usage_basis: call.usageBasis,
      input_tokens: call.inputTokens,
      cached_input_tokens: call.cachedInputTokens,
      output_tokens: call.outputTokens,
      audio_ms: call.audioMs,
      first_token_ms: call.firstTokenMs,
      duration_ms: call.durationMs,
      provider_request_id: call.providerRequestId,
      finished_at: call.finishedAt,
    })
    .where('user_id', '=', call.userId)
    .where('llm_call_id', '=', call.callId)
    .execute()
}
