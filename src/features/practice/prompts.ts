import { JUDGE_CONTRACT } from './judge-turn.ts'
import { REPLY_CONTRACT } from './reply-prompt.ts'

/** The prompts that practice uses, and what it fills them with. */
export const PRACTICE_PROMPTS = { 'situation-reply': REPLY_CONTRACT, 'turn-judge': JUDGE_CONTRACT }
