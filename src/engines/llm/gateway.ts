import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '#base/errors.ts'
import { newId } from '#base/ids.ts'
import { type Attempt, type AttemptLimits, runAttempt } from './attempt.ts'
import { type Circuits, createCircuits } from './circuits.ts'
import type { Attribution, Complete, LlmReply } from './complete.ts'
import { llmAborted, llmNoScript, llmUnavailable } from './errors.ts'
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

/** While another model waits to be asked, this one is not waited for so patiently. */
const WITH_FALLBACK = { attempts: 2, maxRetryAfterS: 2 }

/** One model of one provider. */
export type LlmTarget = { provider: LlmProvider; model: string }

export type GatewayDeps = {
  /** The models to ask for a purpose, the preferred one first; at least one. `model` is what the request names. */
  routeFor: (purpose: string, model?: string) => readonly LlmTarget[]
  ledger: Ledger
  /**
   * Asked before every attempt that may cost something. What it throws ends the call as it is: no other model is asked.
   * An `AppError` of kind `too_many` says that the call may not be made now.
   */
  mayCall?: ((attribution: Attribution) => Promise<void>) | undefined
  now: () => Date
  circuits?: Circuits
  limits?: Partial<LlmLimits>
  /** Rejects when the signal aborts. */
  sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>
  random?: () => number
}

type Options = Parameters<Complete>[1]

/**
 * Owns the deadline, the retries, the fallback and the ledger of every model call. Retries, and other models, only
 * while nothing was shown: after a delta reached `onDelta`, a failure is final. A ledger that fails makes the call fail
 * with the ledger's error: the reply is dropped, because usage that is not on record would never be counted, and its
 * row stays `started`. The caller repeats its own step later, which costs a second call that has a row of its own.
 */
export function createGateway(deps: GatewayDeps): Complete {
  const settled: SettledDeps = {
    ...deps,
    circuits: deps.circuits ?? createCircuits(),
    limits: { ...DEFAULT_LLM_LIMITS, ...deps.limits },
  }
  return async (request, options) => {
    const startedAtMs = performance.now()
    const call: Call = {
      request,
      options,
      delivery: watchDelivery(options),
      attempts: 0,
      remainingMs: () => settled.limits.totalMs - (performance.now() - startedAtMs),
    }
    return askInTurn(settled, call)
  }
}

async function askInTurn(deps: SettledDeps, call: Call): Promise<LlmReply> {
  const { purpose, model } = call.request
  const route = deps.routeFor(purpose, model).filter((target) => canAnswer(target, call.request))
  if (route.length === 0) throw llmNoScript(purpose)
  const failures: Failure[] = []
  for (const [place, target] of route.entries()) {
    if (call.remainingMs() <= 0) break
    const asked = await askOne(deps, call, { target, hasFallback: place < route.length - 1 })
    if ('reply' in asked) return asked.reply
    failures.push(asked)
  }
  // That a model is known to be down is told only when no other model said anything better.
  const { error } = failures.findLast(({ wasAsked }) => wasAsked) ?? failures.at(-1) ?? {}
  throw error
}

/** Authored lines are talk; nobody wrote judgements down. */
const canAnswer = ({ provider }: LlmTarget, { output }: LlmRequest) => !(provider.scripted && output)

type SettledDeps = GatewayDeps & { circuits: Circuits; limits: LlmLimits }

/** What all attempts of one call share. */
type Call = {
  request: LlmRequest
  options: Options
  delivery: Delivery
  attempts: number
  remainingMs: () => number
}

/** `wasAsked` is false for a model that is known to be down. */
type Failure = { error: unknown; wasAsked: boolean }

/** Asks one model, again where that may help. Throws what no other model may mend. */
async function askOne(
  deps: SettledDeps,
  call: Call,
  { target, hasFallback }: { target: LlmTarget; hasFallback: boolean },
): Promise<{ reply: LlmReply } | Failure> {
  const limits = hasFallback ? { ...deps.limits, ...WITH_FALLBACK } : deps.limits
  for (let attempt = 1; ; attempt += 1) {
    await requireMayCall(deps, call, target)
    const result = await deps.circuits.run(keyOf(target), () => ledgeredAttempt(deps, call, target))
    if (!result) return { error: llmUnavailable(new Error(`${keyOf(target)} is down`)), wasAsked: false }
    if (result.outcome === 'completed') return { reply: toReply(target, result) }
    const { error } = result
    if (isFinal(call, result.outcome)) throw error
    const failure = { error, attempt, remainingMs: call.remainingMs(), limits }
    if (!(await pauseBeforeRetry(deps, failure, call.options.signal))) return { error, wasAsked: true }
  }
}

/** Outside of the circuit, to which a refusal would look like an answer of the model. Authored lines cost nothing. */
async function requireMayCall(
  { mayCall }: SettledDeps,
  { options: { signal, attribution } }: Call,
  { provider }: LlmTarget,
): Promise<void> {
  if (signal?.aborted) throw llmAborted(signal.reason)
  if (!provider.scripted) await mayCall?.(attribution)
}

const isFinal = ({ delivery }: Call, outcome: Attempt['outcome']) =>
  delivery.hasBegun() || outcome === 'aborted'

/** False where no further attempt may follow. */
async function pauseBeforeRetry(
  { sleep = pause, random = Math.random }: SettledDeps,
  { error, ...failure }: { error: unknown; attempt: number; remainingMs: number; limits: LlmLimits },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const pauseMs = pauseBeforeRetryMs(error, { ...failure, random })
  if (pauseMs === undefined) return false
  await sleep(pauseMs, signal).catch((reason: unknown) => {
    throw signal?.aborted ? llmAborted(reason) : reason
  })
  return true
}

async function ledgeredAttempt(
  { ledger, now, limits }: SettledDeps,
  call: Call,
  { provider, model }: LlmTarget,
): Promise<Attempt> {
  const { request, delivery } = call
  const { attribution, signal, onDelta } = delivery.options
  const callId = newId()
  call.attempts += 1
  const { attempts: attempt } = call
  const entry = { callId, attempt, purpose: request.purpose, provider: provider.name, model, attribution }
  await ledger.started({ ...entry, startedAt: now() })
  const input = { request, model, totalMs: call.remainingMs(), signal, onDelta }
  const result = await runAttempt({ provider, limits }, input)
  await ledger.finished(toFinished(callId, attribution, result))
  return result
}

const keyOf = ({ provider, model }: LlmTarget) => `${provider.name}/${model}`

function toFinished(callId: string, { userId }: Attribution, result: Attempt) {
  const { outcome, model, usage, firstTokenMs, durationMs, providerRequestId } = result
  const errorCode = result.outcome === 'completed' ? null : codeOf(result.error)
  return { callId, userId, outcome, errorCode, model, usage, firstTokenMs, durationMs, providerRequestId }
}

/** Anything that is not ours is a defect, such as an `onDelta` that throws. */
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : 'internal')

function toReply({ provider }: LlmTarget, result: Attempt & { outcome: 'completed' }): LlmReply {
  const { text, finish, model, usage } = result
  return { text, finish, provider: provider.name, model, scripted: provider.scripted, usage }
}

/** The caller's options, and whether its `onDelta` was called through them. */
type Delivery = { options: Options; hasBegun: () => boolean }

function watchDelivery(options: Options): Delivery {
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
