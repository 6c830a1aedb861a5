import type { AskStructured } from '#engines/llm/structured.ts'
import { MAX_JUDGEMENT_TOKENS } from './judge-turn.ts'
import { JudgeAnswer, type Judgement, readJudgement } from './judgement.ts'
import type { RenderPrompt } from './turn-context.ts'

export type JudgementRehearsal = {
  ask: AskStructured
  /** The judge's prompt, filled in. */
  prompt: Awaited<ReturnType<RenderPrompt>>
  said: string
  goalIds: readonly string[]
  showsStyle: boolean
  bookedUnder: string
}

/** What would be shown of a judge's answer about these words, or the code of why nothing would be. */
export async function rehearseJudgement({
  ask,
  prompt,
  said,
  goalIds,
  showsStyle,
  bookedUnder,
}: JudgementRehearsal): Promise<Omit<Judgement, 'judge' | 'basis'> | { unjudged: string }> {
  const { value, reason } = await ask(
    {
      ...prompt,
      purpose: 'practice.judge',
      name: 'turn_judgement',
      schema: JudgeAnswer,
      maxOutputTokens: prompt.maxOutputTokens ?? MAX_JUDGEMENT_TOKENS,
    },
    { attribution: { appId: bookedUnder, userId: bookedUnder, turnId: null } },
  )
  if (value === null) return { unjudged: reason }
  const {
    basis: _,
    judge: __,
    ...shown
  } = readJudgement({
    answer: value,
    judge: { provider: '', model: '', promptVersionId: '' },
    said,
    isMatched: false,
    variation: {
      goals: goalIds.map((id) => ({ id, description: id })),
      ideal_responses: [],
      acceptable_responses: [],
    },
    showsStyle,
  })
  return shown
}
