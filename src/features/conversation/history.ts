import { asLearnerText } from '#engines/llm/learner-text.ts'
import type { LlmMessage } from '#engines/llm/provider.ts'
import type { Message } from './conversation.ts'
import type { EarlierMessage } from './gather.ts'

/**
 * Characters of earlier messages that a reply is made from: about 2,000 tokens of English, so that the whole request
 * stays small for any model. The message that is answered always goes along, however long.
 */
export const HISTORY_CHARACTERS = 8_000

/** So much has to have dropped out of the history before it is worth a call to sum it up. */
export const SUMMARY_THRESHOLD_CHARACTERS = 2_000

export type History = {
  /** Oldest first; the last is the message to answer. */
  kept: EarlierMessage[]
  /** What came before them. */
  dropped: EarlierMessage[]
}

/** The last messages that fit the budget; the oldest are dropped first, never one in the middle. */
export function splitHistory(messages: readonly EarlierMessage[], budget = HISTORY_CHARACTERS): History {
  let left = budget
  const start = messages.findLastIndex(({ content }, index) => {
    left -= content.length
    return left < 0 && index < messages.length - 1
  })
  return { kept: messages.slice(start + 1), dropped: messages.slice(0, start + 1) }
}

export const countCharacters = (messages: readonly EarlierMessage[]) =>
  messages.reduce((sum, { content }) => sum + content.length, 0)

export type Remembered = {
  kept: readonly Pick<Message, 'role' | 'content'>[]
  summary: string | null
  /** What is known of the learner from other conversations too. */
  facts?: readonly string[]
}

/** JSON in which no mark can be closed. */
const asData = (facts: readonly string[]) => JSON.stringify(facts).replaceAll('<', '\\u003c')

/**
 * The conversation as a model is given it. What learners said, and the summary made from it, stands in the user role
 * only. Messages that were never answered join the one after them: some models take strict turns only.
 */
export function toLlmMessages({ kept, summary, facts = [] }: Remembered): LlmMessage[] {
  const memory = [
    ...(facts.length === 0 ? [] : [`<about_the_learner>\n${asData(facts)}\n</about_the_learner>`]),
    ...(summary === null ? [] : [`<earlier_conversation>\n${summary}\n</earlier_conversation>`]),
  ].map((text): LlmMessage => ({ role: 'user', text }))
  const spoken = kept.filter(({ content }) => content !== '')
  const talk = spoken.map(({ role, content }) => ({
    role,
    text: role === 'user' ? asLearnerText(content) : content,
  }))
  return joinTurns([...memory, ...talk])
}

function joinTurns(messages: LlmMessage[]): LlmMessage[] {
  const turns: LlmMessage[] = []
  for (const message of messages) {
    const last = turns.at(-1)
    if (last?.role !== message.role) turns.push(message)
    else turns.splice(-1, 1, { ...last, text: `${last.text}\n\n${message.text}` })
  }
  return turns
}
