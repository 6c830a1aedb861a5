import type { AskRewrite } from '#engines/language/govern-reply.ts'
import { LEVEL_LIMITS } from '#engines/language/levels.ts'
import type { Attribution, Complete } from '#engines/llm/complete.ts'
import type { LlmRequest } from '#engines/llm/provider.ts'
import { rewriteText } from '#engines/llm/rewrite-text.ts'
import type { LEVEL_REWRITE_CONTRACT } from './prompt-contracts.ts'

/** Where the prompt does not say how long a line may be. */
const MAX_TOKENS = 160
/** The learner waits in the middle of a reply; later the line goes out as it was. */
const TIMEOUT_MS = 8_000

type RewriteVariable = (typeof LEVEL_REWRITE_CONTRACT)['authored' | 'untrusted'][number]

export type LevelRewriteDeps = {
  complete: Complete
  /** A prompt version as a request for a model; what it does not say is absent. */
  renderPrompt: (
    promptVersionId: string,
    input: { variables: Readonly<Record<RewriteVariable, unknown>> },
  ) => Promise<Omit<LlmRequest, 'purpose' | 'maxOutputTokens'> & { maxOutputTokens: number | undefined }>
  /** The version of the prompt that is served now. */
  promptVersionId: () => Promise<string>
}

/** Whose reply it is, and under which purpose the call is booked. */
export type RewriteCall = { purpose: string; role: string; attribution: Omit<Attribution, 'promptVersion'> }

/** One constrained rewrite by a model, bound to the reply that it is for. */
export const createLevelRewrite =
  ({ complete, renderPrompt, ...deps }: LevelRewriteDeps) =>
  ({ purpose, role, attribution }: RewriteCall): AskRewrite =>
  async ({ before, text, target, hardWords }) => {
    const promptVersionId = await deps.promptVersionId()
    const prompt = await renderPrompt(promptVersionId, {
      variables: {
        speaker: role,
        level: target,
        sentence_words: String(LEVEL_LIMITS[target].sentenceWords),
        words: { before, line: text, hard_words: hardWords },
      },
    })
    const request = { ...prompt, purpose, maxOutputTokens: prompt.maxOutputTokens ?? MAX_TOKENS }
    return rewriteText(
      complete,
      { request, timeoutMs: TIMEOUT_MS },
      { ...attribution, promptVersion: promptVersionId },
    )
  }
