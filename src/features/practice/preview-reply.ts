import { REHEARSAL_CANARY } from '#engines/llm/canary.ts'
import type { LlmMessage } from '#engines/llm/provider.ts'
import { type HeardTurn, matchResponse, replyHistory, replyVariables } from './reply-prompt.ts'
import { rankResponses, type Variation } from './variation.ts'

export type PreviewReplyInput<Rendered> = {
  variation: Variation
  difficulty: string
  /** The prompt of the partner as a request. */
  render: (input: { variables: Record<string, string>; history: LlmMessage[] }) => Rendered
  /** What the learner says, turn by turn; the messages are those before the reply to the last of them. */
  said: readonly [string, ...string[]]
}

/** The exact request a model would get, after turns that the author's own lines answered. */
export function previewReply<Rendered>({
  variation,
  difficulty,
  render,
  said,
}: PreviewReplyInput<Rendered>): Rendered {
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
  return render({
    variables: replyVariables(variation, {
      metGoals,
      skippedGoals: new Set(),
      difficulty,
      opener,
      canary: REHEARSAL_CANARY,
    }),
    history: replyHistory({ opener, before, said: said.at(-1) ?? '' }),
  })
}
