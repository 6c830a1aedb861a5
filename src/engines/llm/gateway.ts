import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '#base/errors.ts'
import { newId } from '#base/ids.ts'
import { type Attempt, type AttemptLimits, runAttempt } from './attempt.ts'
import type { Attribution, Complete, LlmReply } from './complete.ts'
import { llmAborted } from './errors.ts'
import type { Ledger } from './ledger.ts'
import type { LlmProvider, LlmRequest } from './provider.ts'
import { pauseBeforeRetryMs, type RetryLimits } from './retry.ts'

export type { Attribution, Complete, LlmReply } from './complete.ts'
export type { Ledger, LlmCallFinished, LlmCallOutcome, LlmCallStarted } from './ledger.ts'

export type LlmLimits = AttemptLimits & RetryLimits & { totalMs: number }

export const DEFAULT_LLM_LIMITS: LlmLimits = {
  totalMs: 60_000,
  firstTokenMs: 15_000,
  idleMs: 15_000,
  maxReplyBytes: 64 * 1024,
  attempts: 3,
  maxRetryAfterS: 20,
  backoffBaseMs: 500,
  backoffMaxMs: 8_000,
}

export type GatewayDeps = {
  provider: LlmProvider
  modelFor: (purpose: string) => string
  ledger: Ledger
  now: () => Date
  limits?: Partial<LlmLimits>
  /** Rejects when the signal aborts. */
  sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>
  random?: () => number
}

type Options = Parameters<Complete>[1]

/**
 * Owns the deadline, the retries and the ledger of every model call. Retries only while nothing was shown: after a
 * delta reached `onDelta`, a failure is final. A ledger that fails makes the call fail with the ledger's error: the
 * reply is dropped, because usage that is not on record would never be counted, and its row stays `started`. The
 * caller repeats its own step later, which costs a second call that has a row of its own.
 */
export function createGateway(deps: GatewayDeps): Complete {
  const limits = { ...DEFAULT_LLM_LIMITS, ...deps.limits }
  return async (request, options) => {
    const startedAtMs = performance.now()
    const remainingMs = () => limits.totalMs - (performance.now() - startedAtMs)
    for (let attempt = 1; ; attempt += 1) {
      if (options.signal?.aborted) throw llmAborted(options.signal.reason)
      const delivery = watchDelivery(options)
      const input = { request, options: delivery.options, attempt, totalMs: remainingMs() }
      const result = await ledgeredAttempt({ ...deps, limits }, input)
      if (result.outcome === 'completed') return toReply(deps.provider, result)
      if (delivery.hasBegun()) throw result.error
      await pauseOrThrow(
        { ...deps, limits },
        { error: result.error, attempt, remainingMs: remainingMs(), options },
      )
    }
  }
}

type LimitedDeps = GatewayDeps & { limits: LlmLimits }

/** Throws the error itself where no further attempt may follow. */
async function pauseOrThrow(
  { limits, sleep = pause, random = Math.random }: LimitedDeps,
  failure: { error: unknown; attempt: number; remainingMs: number; options: Options },
): Promise<void> {
  const { error, attempt, remainingMs, options } = failure
  const pauseMs = pauseBeforeRetryMs(error, { attempt, remainingMs, limits, random })
  if (pauseMs === undefined) throw error
  await sleep(pauseMs, options.signal).catch((reason: unknown) => {
    throw options.signal?.aborted ? llmAborted(reason) : reason
  })
}

async function ledgeredAttempt(
  { provider, modelFor, ledger, now, limits }: LimitedDeps,
  input: { request: LlmRequest; options: Options; attempt: number; totalMs: number },
): Promise<Attempt> {
  const { request, attempt, totalMs } = input
  const { attribution, signal, onDelta } = input.options
  const callId = newId()
  const model = modelFor(request.purpose)
  const entry = { callId, attempt, purpose: request.purpose, provider: provider.name, model, attribution }
  await ledger.started({ ...entry, startedAt: now() })
  const result = await runAttempt({ provider, limits }, { request, model, totalMs, signal, onDelta })
  await ledger.finished(toFinished(callId, attribution, result))
  return result
}

function toFinished(callId: string, { userId }: Attribution, result: Attempt) {
  const { outcome, model, usage, firstTokenMs, durationMs, providerRequestId } = result
  const errorCode = result.outcome === 'completed' ? null : codeOf(result.error)
  return { callId, userId, outcome, errorCode, model, usage, firstTokenMs, durationMs, providerRequestId }
}

/** Anything that is not ours is a defect, such as an `onDelta` that throws. */
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : 'internal')

function toReply({ name, scripted }: LlmProvider, result: Attempt & { outcome: 'completed' }): LlmReply {
  const { text, finish, model, usage } = result
  return { text, finish, provider: name, model, scripted, usage }
}

/** The caller's options, and whether its `onDelta` was called through them. */
function watchDelivery(options: Options): { options: Options; hasBegun: () => boolean } {
  const { onDelta } = options
  let begun = false
  if (!onDelta) return { options, hasBegun: () => false }
  const watched = (text: string) => {
    begun = true
    onDelta(text)
  }
  return { options: { ...options, onDelta: watched }, hasBegun: () => begun }
}

const pause = (ms: number, signal: AbortSignal | undefined) => wait(ms, undefined, signal ? { signal } : {})
