import { AppError } from '#base/errors.ts'
import type { Attribution, Complete } from './complete.ts'
import type { LlmRequest } from './provider.ts'

export type RewriteRequest = {
  /** The text goes along as data, in the user role. */
  request: LlmRequest
  timeoutMs: number
}

/** Another wording, or why there is none. */
export type Rewritten = { text: string; reason: undefined } | { text: undefined; reason: string }

/** One call that may fail: whoever asked goes on with the text that there is. Rejects only for a defect. */
export async function rewriteText(
  complete: Complete,
  { request, timeoutMs }: RewriteRequest,
  attribution: Attribution,
): Promise<Rewritten> {
  try {
    const { text, finish, scripted } = await complete(request, {
      attribution,
      signal: AbortSignal.timeout(timeoutMs),
    })
    const isUsable = finish === 'stop' && !scripted && text.trim() !== ''
    return isUsable ? { text: text.trim(), reason: undefined } : { text: undefined, reason: `llm.${finish}` }
  } catch (error) {
    if (!isReason(error)) throw error
    return { text: undefined, reason: error.code }
  }
}

/** The model failed, took too long, or may not be asked now. */
const isReason = (error: unknown): error is AppError =>
  error instanceof AppError && (error.code.startsWith('llm.') || error.kind === 'too_many')
