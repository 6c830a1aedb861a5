import { AppError } from '#base/errors.ts'
import { untilAborted } from '#base/until-aborted.ts'
import { createDelivery } from './delivery.ts'
import { llmBadResponse } from './errors.ts'
import type { LlmCallOutcome } from './ledger.ts'
import type {
  LlmEnd,
  LlmEvent,
  LlmFinish,
  LlmProvider,
  LlmRequest,
  LlmUsage,
  StructuredMeans,
} from './provider.ts'
import { ReplyText } from './reply-text.ts'
import { startTimeLimits, type TimeLimits } from './time-limits.ts'
import { estimatedUsage, isBelievable, NO_USAGE, UNKNOWN_USAGE } from './usage.ts'
import { requestIdOf } from './vendor-failure.ts'

export type AttemptLimits = { firstTokenMs: number; idleMs: number; maxReplyBytes: number }

export type AttemptInput = {
  request: LlmRequest
  model: string
  structured: StructuredMeans
  /** What is left for the whole call. */
  totalMs: number
  signal: AbortSignal | undefined
  onDelta: ((text: string) => void) | undefined
}

/** What one try at a provider came to, whatever it was asked for. */
export type Tried<Done> = {
  outcome: LlmCallOutcome
  model: string
  usage: LlmUsage
  firstTokenMs: number | null
  durationMs: number
  providerRequestId: string | null
} & ({ outcome: 'completed'; done: Done } | { outcome: Exclude<LlmCallOutcome, 'completed'>; error: unknown })

export type Said = { text: string; finish: LlmFinish }
export type Attempt = Tried<Said>

/** What is known of an answer while it comes in. */
type Progress = {
  reply: ReplyText
  model: string
  providerRequestId: string | undefined
  inputTokens: number | undefined
  firstTokenMs: number | null
}

/** One try at the provider under all limits. Never rejects: a failure is a result, because it too must be ledgered. */
export async function runAttempt(
  { provider, limits }: { provider: LlmProvider; limits: AttemptLimits },
  input: AttemptInput,
): Promise<Attempt> {
  const startedAtMs = performance.now()
  const elapsedMs = () => Math.round(performance.now() - startedAtMs)
  const timeLimits = startTimeLimits({ ...limits, totalMs: input.totalMs }, input.signal)
  const progress: Progress = {
    reply: new ReplyText(limits.maxReplyBytes, input.request.output ? 'opening' : 'anywhere'),
    model: input.model,
    providerRequestId: undefined,
    inputTokens: undefined,
    firstTokenMs: null,
  }
  try {
    const end = await receive({ provider, timeLimits, progress, elapsedMs }, input)
    const usage = await settleUsage(end.usage, progress, input.request)
    const done = { text: progress.reply.text, finish: end.finish }
    return { ...describe(progress, elapsedMs()), outcome: 'completed', done, usage }
  } catch (caught) {
    const error = timeLimits.signal.aborted ? timeLimits.signal.reason : caught
    progress.providerRequestId ??= requestIdOf(error)
    const outcome = outcomeOf(error, progress)
    const durationMs = elapsedMs()
    const usage = await usageOfFailure(progress, { provider, request: input.request, outcome })
    return { ...describe(progress, durationMs), outcome, error, usage }
  } finally {
    timeLimits.stop()
  }
}

type Receiver = {
  provider: LlmProvider
  timeLimits: TimeLimits
  progress: Progress
  elapsedMs: () => number
}

async function receive(
  { provider, timeLimits, progress, elapsedMs }: Receiver,
  { request, model, structured, onDelta }: AttemptInput,
): Promise<LlmEnd> {
  const { signal } = timeLimits
  const delivery = onDelta && createDelivery(onDelta)
  const hear = (event: LlmEvent) => {
    // A source that does not listen to the signal may go on; nobody listens to it.
    if (signal.aborted) return
    if (event.type === 'start') return noteStart(progress, event)
    const shown = progress.reply.append(event.text)
    // A model that thinks aloud is at work.
    if (progress.reply.heard.trim() !== '') timeLimits.progressed()
    show(shown)
  }
  const show = (text: string) => {
    if (text === '') return
    progress.firstTokenMs ??= elapsedMs()
    delivery?.deliver(text)
  }
  const end = await untilAborted(
    provider.stream(request, { model, signal, structured }, hear).finally(() => {
      if (!signal.aborted) show(progress.reply.end())
    }),
    signal,
  ).finally(() => delivery?.end())
  progress.model = end.model
  progress.providerRequestId = end.providerRequestId ?? progress.providerRequestId
  return requireText(end, progress.reply)
}

function noteStart(progress: Progress, start: Extract<LlmEvent, { type: 'start' }>): void {
  progress.model = start.model ?? progress.model
  progress.providerRequestId = start.providerRequestId ?? progress.providerRequestId
  progress.inputTokens = start.inputTokens
}

/** A filter or a refusal may leave nothing to say; an answer that claims to be one may not be blank. */
function requireText(end: LlmEnd, reply: ReplyText): LlmEnd {
  const mayBeBlank = end.finish === 'filtered' || end.finish === 'refused'
  if (reply.text === '' && !mayBeBlank) throw llmBadResponse(`no text, finished by ${end.finish}`)
  return end
}

function describe({ model, providerRequestId, firstTokenMs }: Progress, durationMs: number) {
  return { model, providerRequestId: providerRequestId ?? null, firstTokenMs, durationMs }
}

function outcomeOf(error: unknown, { reply }: Progress): Exclude<LlmCallOutcome, 'completed'> {
  const code = error instanceof AppError ? error.code : undefined
  if (code === 'llm.aborted') return 'aborted'
  if (reply.text !== '') return 'partial'
  return code === 'llm.timed_out' ? 'timed_out' : 'failed'
}

/** Of a whole answer whose sender counted nothing, or absurdly. What was thought aloud is billed too. */
async function settleUsage(
  usage: LlmUsage,
  { reply: { heard }, inputTokens }: Progress,
  { messages }: LlmRequest,
): Promise<LlmUsage> {
  if (usage.basis !== 'unknown' && isBelievable(usage, heard)) return usage
  return estimatedUsage(messages, { text: heard, inputTokens: inputTokens || usage.inputTokens || undefined })
}

/** A request that was on its way when time was up, or its caller left, is billed for what it asked, so far as we know. */
async function usageOfFailure(
  { reply: { heard }, inputTokens }: Progress,
  { provider, request, outcome }: { provider: LlmProvider; request: LlmRequest; outcome: LlmCallOutcome },
): Promise<LlmUsage> {
  if (provider.scripted) return NO_USAGE
  const didModelStart = heard !== '' || inputTokens !== undefined
  const mayHaveStarted = outcome === 'timed_out' || outcome === 'aborted'
  if (!didModelStart && !mayHaveStarted) return UNKNOWN_USAGE
  return estimatedUsage(request.messages, { text: heard, inputTokens })
}
