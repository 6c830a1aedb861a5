import type { z } from 'zod'
import { toProblem } from '#platform/http/problem.ts'
import { type Conversation, type Exchange, fromReplyProblem, type Message } from './conversation.ts'
import type { ConversationWire, ExchangeWire, MessageWire } from './wire.ts'

export function presentConversation(conversation: Conversation): z.input<typeof ConversationWire> {
  const { conversationId, personaId, personaVersionId, title, messageCount } = conversation
  return {
    conversationId,
    personaId,
    personaVersionId,
    title,
    messageCount,
    createdAt: conversation.createdAt.toISOString(),
    updatedAt: conversation.updatedAt.toISOString(),
  }
}

export function presentMessage(message: Message): z.input<typeof MessageWire> {
  const { problem } = message
  return {
    messageId: message.messageId,
    conversationId: message.conversationId,
    messageNumber: message.messageNumber,
    role: message.role,
    content: message.content,
    emotion: message.emotion,
    status: message.status,
    provider: message.provider,
    model: message.model,
    finish: message.finish,
    scripted: message.scripted,
    level: message.level,
    safety: message.safety,
    tokensUsed: message.tokensUsed,
    problem: problem && toProblem(fromReplyProblem(problem), undefined),
    createdAt: message.createdAt.toISOString(),
    endedAt: message.endedAt?.toISOString() ?? null,
  }
}

export const presentExchange = ({ message, reply }: Exchange): z.input<typeof ExchangeWire> => ({
  message: presentMessage(message),
  reply: presentMessage(reply),
})
