import { AppError } from '#base/errors.ts'
import { llmBadResponse } from './errors.ts'
import type { LlmCallOutcome } from './ledger.ts'
import type { LlmEvent, LlmFinish, LlmProvider, LlmRequest, LlmUsage } from './provider.ts'
import { ReplyText } from './reply-text.ts'
import { startTimeLimits, type TimeLimits, untilAborted } from './time-limits.ts'
import { estimatedUsage, NO_USAGE, UNKNOWN_USAGE } from './usage.ts'
import { requestIdOf } from './vendor-failure.ts'

export type AttemptLimits = { firstTokenMs: number; idleMs: number; maxReplyBytes: number }

export type AttemptInput = {
  request: LlmRequest
  model: string
  /** What is left for the whole call. */
  totalMs: number
  signal: AbortSignal | undefined
  onDelta: ((text: string) => void) | undefined
}

export type Attempt = {
  outcome: LlmCallOutcome
  text: string
  model: string
  usage: LlmUsage
  firstTokenMs: number | null
  durationMs: number
  providerRequestId: string | null
} & (
  | { outcome: 'completed'; finish: LlmFinish }
  | { outcome: Exclude<LlmCallOutcome, 'completed'>; error: unknown }
)

type EndEvent = Extract<LlmEvent, { type: 'end' }>

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
    reply: new ReplyText(limits.maxReplyBytes),
    model: input.model,
    providerRequestId: undefined,
    inputTokens: undefined,
    firstTokenMs: null,
  }
  try {
    const end = await receive({ provider, timeLimits, progress, elapsedMs }, input)
    return { ...describe(progress, elapsedMs()), outcome: 'completed', finish: end.finish, usage: end.usage }
  } catch (caught) {
    const error = timeLimits.signal.aborted ? timeLimits.signal.reason : caught
    progress.providerRequestId ??= requestIdOf(error)
    const usage = usageOfFailure(progress, { provider, request: input.request })
    return { ...describe(progress, elapsedMs()), outcome: outcomeOf(error, progress), error, usage }
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
  { request, model, onDelta }: AttemptInput,
): Promise<EndEvent> {
  const { signal } = timeLimits
  for await (const event of untilAborted(provider.stream(request, { model, signal }), signal)) {
    if (event.type === 'delta') {
      const shown = progress.reply.append(event.text)
      if (shown === '') continue
      timeLimits.progressed()
      progress.firstTokenMs ??= elapsedMs()
      onDelta?.(shown)
    } else {
      progress.model = event.model ?? progress.model
      progress.providerRequestId = event.providerRequestId ?? progress.providerRequestId
      if (event.type === 'end') return requireText(event, progress.reply)
      progress.inputTokens = event.inputTokens
    }
  }
  throw llmBadResponse('the stream ended before the answer did')
}

/** A filter or a refusal may leave nothing to say; an answer that claims to be one may not be blank. */
function requireText(end: EndEvent, reply: ReplyText): EndEvent {
  const mayBeBlank = end.finish === 'filtered' || end.finish === 'refused'
  if (reply.text === '' && !mayBeBlank) throw llmBadResponse(`no text, finished by ${end.finish}`)
  return end
}

function describe({ reply, model, providerRequestId, firstTokenMs }: Progress, durationMs: number) {
  return { text: reply.text, model, providerRequestId: providerRequestId ?? null, firstTokenMs, durationMs }
}

function outcomeOf(error: unknown, { reply }: Progress): Exclude<LlmCallOutcome, 'completed'> {
  const code = error instanceof AppError ? error.code : undefined
  if (code === 'llm.aborted') return 'aborted'
  if (reply.text !== '') return 'partial'
  return code === 'llm.timed_out' ? 'timed_out' : 'failed'
}

function usageOfFailure(
  { reply: { text }, inputTokens }: Progress,
  { provider, request }: { provider: LlmProvider; request: LlmRequest },
): LlmUsage {
  if (provider.scripted) return NO_USAGE
  const didModelStart = text !== '' || inputTokens !== undefined
  return didModelStart ? estimatedUsage(request.messages, { text, inputTokens }) : UNKNOWN_USAGE
}
