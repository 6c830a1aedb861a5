import type { LikelyCall } from '#engines/llm/turn-calls.ts'
import type { Session } from './session.ts'
import { type Transcript, understoodText } from './turn.ts'

export const REPLY_PURPOSE = 'practice.reply'
export const JUDGE_PURPOSE = 'practice.judge'

/** A turn whose words are known is answered by a model and judged by one, unless an author's line will do. */
export function likelyCalls(
  { promptVersionId, judgePromptVersionId }: Session,
  { transcript }: { transcript: Transcript | null },
): LikelyCall[] {
  const reply = { purpose: REPLY_PURPOSE, promptVersionId }
  if (judgePromptVersionId === null || understoodText(transcript) === null) return [reply]
  return [reply, { purpose: JUDGE_PURPOSE, promptVersionId: judgePromptVersionId, needsModel: true }]
}
