import { llmAborted } from '../errors.ts'
import type { LlmProvider } from '../provider.ts'
import { NO_USAGE } from '../usage.ts'

const NAME = 'hand-written'

/** Gives prepared answers in order, the last one again and again, whatever is asked. Nothing is billed. */
export function createRecordedProvider(answers: readonly string[]): LlmProvider {
  let given = 0
  return {
    name: NAME,
    scripted: false,
    async stream(_request, { signal }, hear) {
      if (signal.aborted) throw llmAborted(signal.reason)
      const text = answers[Math.min(given, answers.length - 1)] ?? ''
      given += 1
      hear({ type: 'delta', text })
      return { finish: 'stop', usage: NO_USAGE, model: NAME }
    },
  }
}
