import { AppError } from '#base/errors.ts'
import { newId } from '#base/ids.ts'
import type { TranscriptionLedger } from './call-ledger.ts'
import { transcriberAborted, transcriberTimedOut } from './errors.ts'
import type { Attribution, TranscribeInput } from './transcriber.ts'
import {
  type TranscriptionAnswer,
  type TranscriptionProvider,
  UNKNOWN_TRANSCRIPTION_USAGE,
} from './transcription-provider.ts'

export type CallProviderDeps = {
  provider: TranscriptionProvider
  ledger: TranscriptionLedger
  /** Asked before the sound is sent; throws an `AppError` of kind `too_many` where it may not be. */
  mayCall?: ((attribution: Attribution) => Promise<void>) | undefined
  now: () => Date
  timeoutMs: number
}

const PURPOSE = 'transcribe'

type Result = { answer: TranscriptionAnswer } | { error: unknown }

/** One ledgered call under our own time limit, which covers the body as well. A failure of the ledger fails it. */
export async function callProvider(
  { provider, ledger, mayCall, now, timeoutMs }: CallProviderDeps,
  input: TranscribeInput,
): Promise<TranscriptionAnswer> {
  const { attribution } = input
  await mayCall?.(attribution)
  const callId = newId()
  const entry = { callId, attempt: 1, purpose: PURPOSE, provider: provider.name, model: provider.model }
  await ledger.started({ ...entry, attribution, startedAt: now() })
  const startedAtMs = performance.now()
  const result = await settle(provider, { input, timeoutMs })
  const durationMs = Math.round(performance.now() - startedAtMs)
  const finished = { callId, userId: attribution.userId, durationMs, firstTokenMs: null }
  await ledger.finished({ ...finished, ...describe(result, provider) })
  if ('error' in result) throw result.error
  return result.answer
}

async function settle(
  provider: TranscriptionProvider,
  { input, timeoutMs }: { input: TranscribeInput; timeoutMs: number },
): Promise<Result> {
  const { samples, language, vocabulary = [] } = input
  const limit = startLimit(timeoutMs, input.signal)
  try {
    const call = provider.send({ samples, language, vocabulary }, { signal: limit.signal })
    return { answer: await Promise.race([call, limit.aborted]) }
  } catch (error) {
    return { error: limit.signal.aborted ? limit.signal.reason : error }
  } finally {
    limit.stop()
  }
}

/** Aborts with `transcriber.timed_out` or `transcriber.aborted` as its reason, and rejects with it. */
function startLimit(timeoutMs: number, callerSignal: AbortSignal | undefined) {
  const controller = new AbortController()
  const { signal } = controller
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  // The race may be over by then.
  aborted.catch(() => undefined)
  const giveUp = () => controller.abort(transcriberAborted(callerSignal?.reason))
  const timer = setTimeout(
    () => controller.abort(transcriberTimedOut(new Error('the time limit passed'))),
    timeoutMs,
  )
  callerSignal?.addEventListener('abort', giveUp, { once: true })
  if (callerSignal?.aborted) giveUp()
  return {
    signal,
    aborted,
    stop() {
      clearTimeout(timer)
      callerSignal?.removeEventListener('abort', giveUp)
    },
  }
}

function describe(result: Result, { model }: TranscriptionProvider) {
  if ('answer' in result) {
    const { usage, model, providerRequestId } = result.answer
    return { outcome: 'completed' as const, errorCode: null, model, usage, providerRequestId }
  }
  const { error } = result
  const errorCode = error instanceof AppError ? error.code : 'internal'
  const providerRequestId = requestIdOf(error)
  return {
    outcome: outcomeOf(errorCode),
    errorCode,
    model,
    usage: UNKNOWN_TRANSCRIPTION_USAGE,
    providerRequestId,
  }
}

function outcomeOf(code: string) {
  if (code === 'transcriber.aborted') return 'aborted' as const
  return code === 'transcriber.timed_out' ? ('timed_out' as const) : ('failed' as const)
}

/** The SDK keeps the vendor's id for the request on its errors; support asks for it. */
function requestIdOf(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : undefined
  if (typeof cause !== 'object' || cause === null || !('requestID' in cause)) return null
  return typeof cause.requestID === 'string' ? cause.requestID : null
}
