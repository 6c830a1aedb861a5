import { z } from 'zod'
import { AssessmentWire } from '#engines/speech/assessment-wire.ts'
import { TranscriptWire } from '#engines/speech/transcribe/transcript-wire.ts'
import { pageOf } from '#platform/http/paging.ts'
import { Problem } from '#platform/http/problem.ts'
import { SpeechFeedback } from './speech.ts'

const SpeechWire = z.object({
  recordingId: z.uuid(),
  transcript: TranscriptWire.nullable(),
  assessment: AssessmentWire.nullable().describe('The sound, scored against the transcript'),
  unscoredReason: z.string().nullable().describe('Why there is no overall score'),
  feedback: SpeechFeedback.nullable(),
})

export const MessageWire = z
  .object({
    messageId: z.uuid(),
    conversationId: z.uuid(),
    messageNumber: z.int().describe('Counts from 1 in the conversation'),
    role: z.enum(['user', 'assistant']),
    inputKind: z.enum(['text', 'audio']),
    content: z
      .string()
      .describe('Empty while a reply is pending, where it failed, and where speech was not understood'),
    emotion: z.string().nullable().describe("One of the persona's, for the face that goes with the words"),
    status: z
      .enum(['pending', 'completed', 'interrupted', 'failed'])
      .describe('`interrupted`: the reply broke off, and `content` is what there is of it'),
    provider: z.string().nullable(),
    model: z.string().nullable(),
    finish: z.string().nullable().describe('`filtered`: the rest was withheld'),
    scripted: z.boolean().describe('True: the words are an authored line, no model said them'),
    tokensUsed: z.int().nullable(),
    problem: Problem.nullable().describe('Why the reply is not whole'),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    speech: SpeechWire.nullable().describe('What came of a recording'),
  })
  .meta({ id: 'Message' })

export const ExchangeWire = z
  .object({
    message: MessageWire.describe('What the learner said'),
    reply: MessageWire.describe('What the persona answers'),
  })
  .meta({ id: 'Exchange' })

/** What a stream of a message brings: the lines `event:` and `data:` of each event. */
export const MessageEventWire = z
  .discriminatedUnion('event', [
    z.object({ event: z.literal('message.received'), data: z.object({ message: MessageWire }) }),
    z.object({ event: z.literal('message.transcribed'), data: z.object({ message: MessageWire }) }),
    z.object({ event: z.literal('reply.delta'), data: z.object({ text: z.string() }) }),
    z.object({ event: z.literal('reply.completed'), data: z.object({ reply: MessageWire }) }),
    z.object({ event: z.literal('message.assessed'), data: z.object({ message: MessageWire }) }),
    z.object({ event: z.literal('message.completed'), data: ExchangeWire }),
    z.object({ event: z.literal('problem'), data: Problem.extend({ messageId: z.uuid().optional() }) }),
  ])
  .meta({ id: 'MessageEvent' })

const conversationFields = {
  conversationId: z.uuid(),
  personaId: z.string(),
  personaVersionId: z.uuid().describe('The very text of the persona that this conversation began with'),
  title: z.string().nullable().describe('From the first message of the learner'),
  messageCount: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
}

export const ConversationWire = z.object(conversationFields).meta({ id: 'Conversation' })

export const ConversationWithMessagesWire = z
  .object({ ...conversationFields, messages: pageOf(MessageWire).describe('The newest first') })
  .meta({ id: 'ConversationWithMessages' })
