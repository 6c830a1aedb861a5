import { z } from 'zod'
import { ReplyLevelWire, SafetyWire } from '#engines/language/language-wire.ts'
import { AssessmentWire } from '#engines/speech/assessment-wire.ts'
import { TranscriptWire } from '#engines/speech/transcribe/transcript-wire.ts'
import { pageOf } from '#platform/http/paging.ts'
import { Problem } from '#platform/http/problem.ts'
import { SpeechFeedback } from './speech.ts'

const SpeechWire = z.object({
  recordingId: z.uuid().describe('The sound that was sent'),
  transcript: TranscriptWire.nullable().describe('What was said'),
  assessment: AssessmentWire.nullable().describe('The sound, scored against the transcript'),
  unscoredReason: z.string().nullable().describe('Why there is no overall score'),
  feedback: SpeechFeedback.nullable().describe('What to mend'),
})

export const MessageWire = z
  .object({
    messageId: z.uuid().describe('Of this message'),
    conversationId: z.uuid().describe('Of its conversation'),
    messageNumber: z.int().describe('Counts from 1 in the conversation'),
    role: z.enum(['user', 'assistant']).describe('Who speaks: the learner or the persona'),
    inputKind: z.enum(['text', 'audio']).describe('Typed or spoken'),
    content: z
      .string()
      .describe('Empty while a reply is pending, where it failed, and where speech was not understood'),
    emotion: z.string().nullable().describe("One of the persona's, for the face that goes with the words"),
    status: z
      .enum(['pending', 'completed', 'interrupted', 'failed'])
      .describe('`interrupted`: the reply broke off, and `content` is what there is of it'),
    provider: z.string().nullable().describe('Who was asked'),
    model: z.string().nullable().describe('The model that answered'),
    finish: z.string().nullable().describe('`filtered`: the rest was withheld'),
    scripted: z.boolean().describe('True: the words are an authored line, no model said them'),
    level: ReplyLevelWire.nullable().describe(
      "How hard a reply is; measured only, where the learner's level is unknown",
    ),
    safety: SafetyWire.nullable().describe('Of a reply: what was found about the words that it answers'),
    tokensUsed: z.int().nullable().describe('Of the call, in and out; null where nobody knows'),
    problem: Problem.nullable().describe('Why the reply is not whole'),
    createdAt: z.iso.datetime().describe('When it was stored'),
    endedAt: z.iso.datetime().nullable().describe('When it was whole or failed'),
    speech: SpeechWire.nullable().describe('What came of a recording'),
  })
  .meta({ id: 'Message', description: 'What one side said' })

export const ExchangeWire = z
  .object({
    message: MessageWire.describe('What the learner said'),
    reply: MessageWire.describe('What the persona answers'),
  })
  .meta({ id: 'Exchange', description: 'A message and its reply' })

/** What a stream of a message brings: the lines `event:` and `data:` of each event. */
export const MessageEventWire = z
  .discriminatedUnion('event', [
    z.object({
      event: z.literal('message.received').describe('The message is stored'),
      data: z.object({ message: MessageWire.describe('What the learner said') }).describe('What is stored'),
    }),
    z.object({
      event: z.literal('message.transcribed').describe('Its words are known'),
      data: z.object({ message: MessageWire.describe('What the learner said') }).describe('The words'),
    }),
    z.object({
      event: z.literal('reply.delta').describe('A piece of the reply'),
      data: z.object({ text: z.string().describe('Words to append') }).describe('The piece'),
    }),
    z.object({
      event: z.literal('reply.completed').describe('The reply is whole'),
      data: z.object({ reply: MessageWire.describe('What the persona answers') }).describe('The reply'),
    }),
    z.object({
      event: z.literal('message.assessed').describe('The sound is scored'),
      data: z
        .object({ message: MessageWire.describe('What the learner said, with its scores') })
        .describe('The scores'),
    }),
    z.object({
      event: z.literal('message.completed').describe('The end: message and reply'),
      data: ExchangeWire.describe('Both'),
    }),
    z.object({
      event: z.literal('problem').describe('The end: the reply failed'),
      data: Problem.extend({ messageId: z.uuid().optional().describe('Of the message') }).describe('Why'),
    }),
  ])
  .meta({ id: 'MessageEvent', description: 'One event of a stream' })

const conversationFields = {
  conversationId: z.uuid().describe('Of this conversation'),
  personaId: z.string().describe('Whom it is with'),
  personaVersionId: z.uuid().describe('The very text of the persona that this conversation began with'),
  title: z.string().nullable().describe('From the first message of the learner'),
  messageCount: z.int().describe('Of both sides'),
  createdAt: z.iso.datetime().describe('When it began'),
  updatedAt: z.iso.datetime().describe('When something was last said'),
}

export const ConversationWire = z
  .object(conversationFields)
  .meta({ id: 'Conversation', description: 'A free talk with a persona' })

export const ConversationWithMessagesWire = z
  .object({ ...conversationFields, messages: pageOf(MessageWire).describe('The newest first') })
  .meta({ id: 'ConversationWithMessages', description: 'A free talk with a page of its messages' })
