import { adaptRequest } from './adapt-request.ts'
import { runAttempt, type Said } from './attempt.ts'
import { createCircuits } from './circuits.ts'
import type { Complete, LlmReply } from './complete.ts'
import { askInTurn, type LlmLimits, type LlmTarget, type PolicyDeps, type Prepared } from './policy.ts'
import type { LlmRequest } from './provider.ts'

export type { Attribution, Complete, Embed, LlmEmbeddings, LlmReply } from './complete.ts'
export type { Ledger, LlmCallFinished, LlmCallOutcome, LlmCallStarted } from './ledger.ts'
export type { FallenBack, LlmLimits, LlmTarget, UnableTarget } from './policy.ts'

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

/**
 * `mayCall` is asked before every attempt that may cost something. What it throws ends the call as it is: no other
 * model is asked. An `AppError` of kind `too_many` says that the call may not be made now.
 */
export type GatewayDeps = Omit<PolicyDeps, 'circuits' | 'limits'> & {
  /** The models to ask for a purpose, the preferred one first; at least one. `model` is what the request names. */
  routeFor: (purpose: string, model?: string) => readonly LlmTarget[]
  circuits?: PolicyDeps['circuits']
  limits?: Partial<LlmLimits>
}

export function settleDeps<Deps extends GatewayDeps>(deps: Deps): Deps & PolicyDeps {
  return {
    ...deps,
    circuits: deps.circuits ?? createCircuits(),
    limits: { ...DEFAULT_LLM_LIMITS, ...deps.limits },
  }
}

/**
 * Owns the deadline, the retries, the fallback and the ledger of every model call. Retries, and other models, only
 * while nothing was shown: after a delta reached `onDelta`, a failure is final. A ledger that fails makes the call fail
 * with the ledger's error: the reply is dropped, because usage that is not on record would never be counted, and its
 * row stays `started`. The caller repeats its own step later, which costs a second call that has a row of its own.
 */
export function createGateway(given: GatewayDeps): Complete {
  const deps = settleDeps(given)
  return async (request, options) => {
    const { attribution, signal, onDelta } = options
    const delivery = watchDelivery(onDelta)
    const { target, tried } = await askInTurn(deps, {
      purpose: request.purpose,
      route: deps
        .routeFor(request.purpose, request.model)
        .filter((candidate) => canAnswer(candidate, request)),
      attribution,
      signal,
      hasBegun: delivery.hasBegun,
      prepare: (candidate) =>
        prepareChat(request, { target: candidate, limits: deps.limits, signal, onDelta: delivery.onDelta }),
    })
    return toReply(target, tried)
  }
}

/** Authored lines are talk; nobody wrote judgements down. */
const canAnswer = ({ provider }: LlmTarget, { output }: LlmRequest) => !(provider.scripted && output)

type ChatTarget = {
  target: LlmTarget
  limits: LlmLimits
  signal: AbortSignal | undefined
  onDelta: OnDelta | undefined
}

async function prepareChat(
  asked: LlmRequest,
  { target: { provider, model, capabilities }, limits, signal, onDelta }: ChatTarget,
): Promise<Prepared<Said>> {
  const { request, structured } = await adaptRequest(asked, { model, capabilities })
  const { maxOutputTokens, temperature, seed } = request
  return {
    operation: 'chat',
    fields: {
      maxOutputTokens,
      temperature,
      seed,
      isStreamed: true,
      outputType: asked.output ? 'json' : 'text',
    },
    fieldsOf: ({ finish }) => ({ finishes: [finish] }),
    run: (totalMs) =>
      runAttempt({ provider, limits }, { request, model, structured, totalMs, signal, onDelta }),
  }
}

type Completed = Awaited<ReturnType<typeof askInTurn<Said>>>

function toReply({ provider }: LlmTarget, { done, model, usage }: Completed['tried']): LlmReply {
  return { ...done, provider: provider.name, model, scripted: provider.scripted, usage }
}

type OnDelta = (text: string) => void

/** Whether the caller's `onDelta` was called. */
function watchDelivery(onDelta: OnDelta | undefined): {
  onDelta: OnDelta | undefined
  hasBegun: () => boolean
} {
  if (!onDelta) return { onDelta: undefined, hasBegun: () => false }
  let begun = false
  const watched = (text: string) => {
    begun = true
    onDelta(text)
  }
  return { onDelta: watched, hasBegun: () => begun }
}
