import type { AskRewrite } from '#engines/language/govern-reply.ts'
import { LEVEL_LIMITS } from '#engines/language/levels.ts'
import type { Attribution, Complete } from '#engines/llm/complete.ts'
import { rewriteText } from '#engines/llm/rewrite-text.ts'

/** Where the prompt does not say how long a line may be. */
const MAX_TOKENS = 160
/** The learner waits in the middle of a reply; later the line goes out as it was. */
const TIMEOUT_MS = 8_000

export type LevelRewriteDeps = {
  complete: Complete
  renderPrompt: (
    promptVersionId: string,
    variables: Record<string, string>,
  ) => Promise<{ text: string; maxOutputTokens: number | undefined }>
  promptVersionId: string
}

/** Whose reply it is, and under which purpose the call is booked. */
export type RewriteCall = { purpose: string; role: string; attribution: Omit<Attribution, 'promptVersion'> }

/** One constrained rewrite by a model, bound to the reply that it is for. */
export const createLevelRewrite =
  ({ complete, renderPrompt, promptVersionId }: LevelRewriteDeps) =>
  ({ purpose, role, attribution }: RewriteCall): AskRewrite =>
  async ({ before, text, target, hardWords }) => {
    const prompt = await renderPrompt(promptVersionId, {
      role,
      level: target,
      sentence_words: String(LEVEL_LIMITS[target].sentenceWords),
    })
    return rewriteText(
      complete,
      {
        purpose,
        instructions: prompt.text,
        material: { before, line: text, hard_words: hardWords.join(', ') },
        maxOutputTokens: prompt.maxOutputTokens ?? MAX_TOKENS,
        timeoutMs: TIMEOUT_MS,
      },
      { ...attribution, promptVersion: promptVersionId },
    )
  }
