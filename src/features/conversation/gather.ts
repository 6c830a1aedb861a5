import type { Level } from '#engines/language/levels.ts'
import type { Message } from './conversation.ts'

/** What somebody said the learner's level is, and whether the learner wants to be remembered. */
export type TalkSettings = { cefrLevel: Level | null; rememberFacts: boolean }

/** Of a message, what those after it are made from. */
export type EarlierMessage = Pick<Message, 'messageNumber' | 'role' | 'content' | 'status' | 'scripted'>

/** What a reply is made from besides the message that it answers, asked at once, for the learner waits. */
export type Gathered = {
  /** `null`: there is no such learner any more. */
  settings: TalkSettings | null
  /** What is known of the learner, allowed or not. */
  facts: string[]
  /** Those that no summary covers, oldest first; the message itself may be among them, and what came with it. */
  messages: EarlierMessage[]
}
