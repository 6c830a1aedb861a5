import { setTimeout as wait } from 'node:timers/promises'
import { AppError } from '#base/errors.ts'
import { newId } from '#base/ids.ts'
import type { AttemptLimits, Tried } from './attempt.ts'
import { withAttemptSpan } from './attempt-span.ts'
import type { Capabilities, VendorKind } from './capabilities.ts'
import type { Circuits } from './circuits.ts'
import type { Attribution } from './complete.ts'
import { llmAborted, llmNoScript, llmTimedOut, llmUnavailable } from './errors.ts'
import type { toGenAiAttributes } from './gen-ai-attributes.ts'
import type { Ledger, LlmCallOutcome } from './ledger.ts'
import type { LlmProvider } from './provider.ts'
import { pauseBeforeRetryMs, type RetryLimits } from './retry.ts'

export type LlmLimits = AttemptLimits & RetryLimits & { totalMs: number }

/** While another model waits to be asked, this one is not waited for so patiently. */
const WITH_FALLBACK = { attempts: 2, maxRetryAfterS: 2 }

/** One model of one provider. Without capabilities, nothing is refused or adapted. */
export type LlmTarget = {
  provider: LlmProvider
  model: string
  kind?: VendorKind
  capabilities?: Capabilities
}

export type UnableTarget = { purpose: string; target: LlmTarget; error: AppError }
export type FallenBack = { purpose: string; from: LlmTarget; to: LlmTarget }

export type PolicyDeps = {
  ledger: Ledger
  mayCall?: ((attribution: Attribution) => Promise<void>) | undefined
  /** Another model is asked, since the one before it could not answer. */
  onFallback?: ((fallback: FallenBack) => void) | undefined
  /** A route names a model that can never do what it is asked for there. */
  onUnable?: ((unable: UnableTarget) => void) | undefined
  now: () => Date
  circuits: Circuits
  limits: LlmLimits
  /** Rejects when the signal aborts. */
  sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>
  random?: () => number
}

type Fields = Parameters<typeof toGenAiAttributes>[0]

/** One try at one target, with everything that is particular to what is asked of it. */
export type Prepared<Done> = {
  operation: 'chat' | 'embeddings'
  fields: Fields
  fieldsOf: (done: Done) => Fields
  run: (totalMs: number) => Promise<Tried<Done>>
}

export type Call<Done> = {
  purpose: string
  /** The preferred first. */
  route: readonly LlmTarget[]
  attribution: Attribution
  signal: AbortSignal | undefined
  /** Throws an `AppError` where the target cannot do it: then the next one is tried. */
  prepare: (target: LlmTarget) => Promise<Prepared<Done>>
  /** The caller has seen some of it: from then on a failure is final. */
  hasBegun: () => boolean
}

export type Settled<Done> = { target: LlmTarget; tried: Tried<Done> & { outcome: 'completed' } }

type Running<Done> = Call<Done> & { attempts: number; remainingMs: () => number }

/** `wasAsked` is false for a model that is known to be down, or that cannot do what is asked. */
type Failure = { error: unknown; wasAsked: boolean }

/** Asks the models of a route in turn, each again where that may help, until one answers or the time is up. */
export async function askInTurn<Done>(deps: PolicyDeps, call: Call<Done>): Promise<Settled<Done>> {
  const startedAtMs = performance.now()
  const remainingMs = () => deps.limits.totalMs - (performance.now() - startedAtMs)
  const running: Running<Done> = { ...call, attempts: 0, remainingMs }
  if (call.route.length === 0) throw llmNoScript(call.purpose)
  const failures: Failure[] = []
  for (const [place, target] of call.route.entries()) {
    if (remainingMs() <= 0) break
    const from = call.route[place - 1]
    if (from) deps.onFallback?.({ purpose: call.purpose, from, to: target })
    const asked = await askOne(deps, running, { target, hasFallback: place < call.route.length - 1 })
    if ('settled' in asked) return asked.settled
    failures.push(asked)
  }
  // That a model is known to be down is told only when no other model said anything better.
  const failure = failures.findLast(({ wasAsked }) => wasAsked) ?? failures.at(-1)
  throw failure?.error ?? llmTimedOut(new Error('the total limit passed'))
}

async function askOne<Done>(
  deps: PolicyDeps,
  call: Running<Done>,
  { target, hasFallback }: { target: LlmTarget; hasFallback: boolean },
): Promise<{ settled: Settled<Done> } | Failure> {
  const prepared = await prepareFor(deps, call, target)
  if ('error' in prepared) return prepared
  const limits = hasFallback ? { ...deps.limits, ...WITH_FALLBACK } : deps.limits
  for (let attempt = 1; ; attempt += 1) {
    await requireMayCall(deps, call, target)
    const tried = await deps.circuits.run(keyOf(target), () => ledgeredAttempt(deps, call, target, prepared))
    if (!tried) return { error: llmUnavailable(new Error(`${keyOf(target)} is down`)), wasAsked: false }
    if (tried.outcome === 'completed') return { settled: { target, tried } }
    const { error } = tried
    if (isFinal(call, tried.outcome)) throw error
    const failure = { error, attempt, remainingMs: call.remainingMs(), limits }
    if (!(await pauseBeforeRetry(deps, failure, call.signal))) return { error, wasAsked: true }
  }
}

async function prepareFor<Done>(
  { onUnable }: PolicyDeps,
  call: Running<Done>,
  target: LlmTarget,
): Promise<Prepared<Done> | Failure> {
  try {
    return await call.prepare(target)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'llm.unsupported') onUnable?.({ purpose: call.purpose, target, error })
    return { error, wasAsked: false }
  }
}

/** Outside of the circuit, to which a refusal would look like an answer of the model. Authored lines cost nothing. */
async function requireMayCall(
  { mayCall }: PolicyDeps,
  { signal, attribution }: { signal: AbortSignal | undefined; attribution: Attribution },
  { provider }: LlmTarget,
): Promise<void> {
  if (signal?.aborted) throw llmAborted(signal.reason)
  if (!provider.scripted) await mayCall?.(attribution)
}

const isFinal = ({ hasBegun }: { hasBegun: () => boolean }, outcome: LlmCallOutcome) =>
  hasBegun() || outcome === 'aborted'

/** False where no further attempt may follow. */
async function pauseBeforeRetry(
  { sleep = pause, random = Math.random }: PolicyDeps,
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

async function ledgeredAttempt<Done>(
  { ledger, now }: PolicyDeps,
  call: Running<Done>,
  { provider, model, kind }: LlmTarget,
  { operation, fields, fieldsOf, run }: Prepared<Done>,
): Promise<Tried<Done>> {
  const { attribution, purpose } = call
  const callId = newId()
  call.attempts += 1
  const { attempts: attempt } = call
  const entry = { callId, attempt, purpose, provider: provider.name, model, attribution }
  await ledger.started({ ...entry, startedAt: now() })
  const vendor = kind ?? provider.name
  const spanned = { ...fields, vendor, provider: provider.name, purpose, attempt, callId }
  const tried = await withAttemptSpan(
    { operation, askedModel: model, fields: spanned },
    () => run(call.remainingMs()),
    fieldsOf,
  )
  await ledger.finished(toFinished(callId, attribution, tried))
  return tried
}

const keyOf = ({ provider, model }: LlmTarget) => `${provider.name}/${model}`

function toFinished<Done>(callId: string, { userId }: Attribution, tried: Tried<Done>) {
  const { outcome, model, usage, firstTokenMs, durationMs, providerRequestId } = tried
  const errorCode = tried.outcome === 'completed' ? null : codeOf(tried.error)
  return { callId, userId, outcome, errorCode, model, usage, firstTokenMs, durationMs, providerRequestId }
}

/** Anything that is not ours is a defect, such as an `onDelta` that throws. */
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : 'internal')

const pause = (ms: number, signal: AbortSignal | undefined) => wait(ms, undefined, signal ? { signal } : {})
