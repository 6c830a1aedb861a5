import type { z } from 'zod'
import { presentAssessment } from '#engines/speech/assessment-wire.ts'
import { toProblem } from '#platform/http/problem.ts'
import { storedFailure } from '#platform/http/stored-failure.ts'
import {
  type Conversation,
  type Exchange,
  fromReplyProblem,
  type Message,
  type MessageView,
} from './conversation.ts'
import type { Speech } from './speech.ts'
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
    inputKind: message.inputKind,
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
    problem: problem && toProblem(storedFailure(fromReplyProblem(problem)), undefined),
    createdAt: message.createdAt.toISOString(),
    endedAt: message.endedAt?.toISOString() ?? null,
    speech: null,
  }
}

/** With what came of the recording, if it was one. */
export const presentSpoken = (message: MessageView): z.input<typeof MessageWire> => ({
  ...presentMessage(message),
  speech: message.speech && presentSpeech(message.speech),
})

const presentSpeech = ({ recordingId, transcript, assessment, unscoredReason, feedback }: Speech) => ({
  recordingId,
  transcript,
  assessment: assessment && presentAssessment(assessment),
  unscoredReason,
  feedback,
})

export const presentExchange = ({ message, reply }: Exchange): z.input<typeof ExchangeWire> => ({
  message: presentSpoken(message),
  reply: presentMessage(reply),
})
