import { canaryOf } from '#engines/llm/canary.ts'
import type { LlmMessage } from '#engines/llm/provider.ts'
import { type HeardTurn, matchResponse, replyMessages, replyVariables } from './reply-prompt.ts'
import { rankResponses, type Variation } from './variation.ts'

export type PreviewReplyInput = {
  variation: Variation
  difficulty: string
  /** The prompt of the partner with its variables filled in. */
  render: (variables: Record<string, string>) => string
  /** What the learner says, turn by turn; the messages are those before the reply to the last of them. */
  said: readonly [string, ...string[]]
}

/** The exact messages a model would get, after turns that the author's own lines answered. */
export function previewReply({ variation, difficulty, render, said }: PreviewReplyInput): LlmMessage[] {
  const metGoals = new Set<string>()
  const before: HeardTurn[] = []
  let misses = 0
  for (const line of said.slice(0, -1)) {
    const matched = matchResponse(line, rankResponses(variation, metGoals))
    const fallback = variation.fallbacks[Math.min(misses, variation.fallbacks.length - 1)] ?? ''
    before.push({ said: line, reply: matched?.reply ?? fallback })
    if (matched) metGoals.add(matched.goal)
    else misses += 1
  }
  const { opener } = variation
  const system = render(
    replyVariables(variation, {
      metGoals,
      skippedGoals: new Set(),
      difficulty,
      opener,
      canary: canaryOf('preview'),
    }),
  )
  return replyMessages({ system, opener, before, said: said.at(-1) ?? '' })
}
