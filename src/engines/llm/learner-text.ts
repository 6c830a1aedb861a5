import { withoutChatTokens } from './chat-tokens.ts'

const OPEN = '<learner>'
const CLOSE = '</learner>'

/**
 * What a person said, marked as such inside a user message. Marks and tokens of chats that stand in the words
 * themselves are broken, so that nobody can close their own part and go on as somebody else.
 */
export const asLearnerText = (said: string): string =>
  `${OPEN}${withoutChatTokens(said).replace(/<(?=\s*\/?\s*learner\s*>)/gi, '‹')}${CLOSE}`

/** What stands between the marks of the last one who spoke; the whole where there are none. */
export function learnerTextOf(message: string): string {
  const start = message.lastIndexOf(OPEN)
  const end = message.lastIndexOf(CLOSE)
  return start >= 0 && end > start ? message.slice(start + OPEN.length, end) : message
}
