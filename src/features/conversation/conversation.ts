import type { ErrorKind } from '#base/errors.ts'
import { AppError } from '#base/errors.ts'
import type { ReplyLevel } from '#engines/language/govern-reply.ts'
import type { SafetyCategory } from '#engines/language/safety-rule.ts'
import type { LlmFinish } from '#engines/llm/provider.ts'
import type { Speech } from './speech.ts'

export type Conversation = {
  conversationId: string
  userId: string
  personaId: string
  /** The very text of the persona that this conversation began with. */
  personaVersionId: string
  promptVersionId: string
  requestHash: string
  title: string | null
  messageCount: number
  summary: string | null
  /** The number of the last message that the summary covers, 0 without one. */
  summaryThrough: number
  /** The number of the last message that was looked through for facts about the learner, 0 before the first time. */
  factsThrough: number
  createdAt: Date
  updatedAt: Date
}

export type MessageStatus = 'pending' | 'completed' | 'interrupted' | 'failed'

/** Why a reply was not finished, as stored. */
export type ReplyProblem = { kind: ErrorKind; code: string; detail: string }

export const toReplyProblem = ({ kind, code, message }: AppError): ReplyProblem => ({
  kind,
  code,
  detail: message,
})

export const fromReplyProblem = ({ kind, code, detail }: ReplyProblem) => new AppError(kind, code, detail)

export type Message = {
  messageId: string
  userId: string
  conversationId: string
  /** Counts from 1 in the conversation. */
  messageNumber: number
  role: 'user' | 'assistant'
  replyTo: string | null
  appId: string
  inputKind: 'text' | 'audio'
  /** What was spoken has no words until somebody has heard them. */
  content: string
  emotion: string | null
  status: MessageStatus
  problem: ReplyProblem | null
  provider: string | null
  model: string | null
  finish: string | null
  scripted: boolean
  /** Of a reply: how hard it is for the learner. */
  level: ReplyLevel | null
  /** Of a reply: what the rules found in the words that it answers. */
  safety: MessageSafety | null
  tokensUsed: number | null
  requestHash: string | null
  createdAt: Date
  endedAt: Date | null
}

/** A message as it is shown; `speech` is what came of a recording. */
export type MessageView = Message & { speech: Speech | null }

/** What the learner said, and what came of it so far. */
export type Exchange = { message: MessageView; reply: Message }

/** What authored rules found in the learner's words; where it is unsafe, an authored line answered. */
export type MessageSafety = {
  verdict: 'safe' | 'unsafe'
  basis: 'heuristic'
  category: SafetyCategory | null
  evidence: { text: string; start: number; end: number } | null
  note: { en: string; ko: string } | null
  ruleVersion: string | null
}

/** How a reply ended, as it is stored. */
export type ReplyEnding = {
  status: Exclude<MessageStatus, 'pending'>
  content: string
  emotion: string | null
  provider: string | null
  model: string | null
  finish: LlmFinish | null
  /** `canary`: the model was about to give its instructions away, and the rest was withheld. */
  filterVerdict: 'canary' | null
  scripted: boolean
  level: ReplyLevel | null
  safety: MessageSafety | null
  tokensUsed: number | null
  problem: ReplyProblem | null
}

const MAX_TITLE_CHARACTERS = 200

/** The first words of the learner on one line, cut before a word where they are too many. */
export function titleOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const characters = [...line]
  if (characters.length <= MAX_TITLE_CHARACTERS) return line
  const cut = characters.slice(0, MAX_TITLE_CHARACTERS).join('')
  const isAtWord = characters[MAX_TITLE_CHARACTERS] === ' '
  // One word that fills the line has no better place to be cut.
  return isAtWord ? cut : cut.replace(/(?<=\S)\s\S*$/, '')
}
