import type { AppError } from '#base/errors.ts'
import type { ReplyLevel } from '#engines/language/govern-reply.ts'
import { LevelGate } from '#engines/language/level-gate.ts'
import type { Level } from '#engines/language/levels.ts'
import { measureText } from '#engines/language/measure-text.ts'
import type { Unsafe } from '#engines/language/safety-rule.ts'
import { type Vocabulary, vocabularyFrom } from '#engines/language/words.ts'
import type { LlmReply } from '#engines/llm/complete.ts'
import type { LlmUsage } from '#engines/llm/provider.ts'
import { ReplyFilter } from '#engines/llm/reply-filter.ts'
import type { Secret } from '#engines/llm/secret.ts'
import { type ReplyEnding, toReplyProblem } from './conversation.ts'
import type { Persona } from './persona.ts'

export type Asked = { reply: LlmReply; rewrite: ReplyLevel['rewrite'] } | { error: AppError }

/** What a reply goes through before it is shown, and what it is measured by. */
export type Voice = { filter: ReplyFilter; gate: LevelGate; target: Level | null; vocabulary: Vocabulary }

export function openVoice({
  persona,
  secret,
  target,
  isGoverned,
}: {
  persona: Persona
  secret: Secret
  target: Level | null
  isGoverned: boolean
}): Voice {
  const vocabulary = vocabularyFrom([persona.name])
  return {
    filter: new ReplyFilter({ emotions: persona.emotions, secret }),
    gate: new LevelGate({ target: isGoverned ? target : null, vocabulary }),
    target,
    vocabulary,
  }
}

/** The author's words for what is not talked about; no model hears of it now. */
export function refused({ rule, evidence, start, end }: Unsafe, persona: Persona): ReplyEnding {
  return {
    ...UNASKED,
    status: 'completed',
    content: rule.says,
    emotion: persona.emotions[0] ?? null,
    finish: 'stop',
    scripted: true,
    safety: {
      verdict: 'unsafe',
      basis: 'heuristic',
      category: rule.category,
      evidence: { text: evidence, start, end },
      note: rule.note,
      ruleVersion: rule.version,
    },
  }
}

const SAFE = {
  verdict: 'safe',
  basis: 'heuristic',
  category: null,
  evidence: null,
  note: null,
  ruleVersion: null,
} as const

/** What is not known of a reply that no model ended. */
const UNASKED = {
  provider: null,
  model: null,
  finish: null,
  filterVerdict: null,
  scripted: false,
  level: null,
  safety: null,
  tokensUsed: null,
  problem: null,
} as const

/** A reply may leave nothing to say: declined, filtered, or a tag alone. The learner still hears the persona. */
export function completed(
  asked: Asked,
  { voice, fallback }: { voice: Voice; fallback: string },
): ReplyEnding {
  const { filter, gate, target, vocabulary } = voice
  const reply = 'reply' in asked ? asked.reply : undefined
  const rewrite = 'reply' in asked ? asked.rewrite : null
  const content = gate.shown.trimEnd()
  const text = content === '' ? fallback : content
  return {
    status: 'completed',
    content: text,
    level: { ...measureText({ text, target, vocabulary }), rewrite },
    safety: SAFE,
    emotion: filter.emotion,
    provider: reply?.provider ?? null,
    model: reply?.model ?? null,
    finish: filter.hasLeaked ? 'filtered' : (reply?.finish ?? null),
    filterVerdict: filter.hasLeaked ? 'canary' : null,
    scripted: reply?.scripted === true || content === '',
    tokensUsed: reply ? tokensOf(reply.usage) : null,
    problem: null,
  }
}

/** What the learner has seen stays. */
export function broken(error: AppError, voice?: Voice): ReplyEnding {
  const content = voice?.gate.shown.trimEnd() ?? ''
  return {
    ...UNASKED,
    status: content === '' ? 'failed' : 'interrupted',
    content,
    emotion: content === '' ? null : (voice?.filter.emotion ?? null),
    problem: toReplyProblem(error),
  }
}

/** Unknown is not zero. */
const tokensOf = ({ inputTokens, outputTokens }: LlmUsage) =>
  inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens
