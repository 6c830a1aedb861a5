import { z } from 'zod'

const ProducerWire = z.object({
  name: z.string().describe('Who heard it'),
  model: z.string().nullable().describe('Its model'),
  version: z.string().describe('Its version'),
})

export const TranscriptWire = z
  .object({
    text: z.string().nullable().describe('The words; null where none could be made out'),
    unmatchedReason: z.string().nullable().describe('Why there are no words'),
    words: z
      .array(
        z.object({
          text: z.string().describe('The word'),
          startMs: z.int().nullable().describe('Where it begins, in ms from the start of the recording'),
          endMs: z.int().nullable().describe('Where it ends'),
          confidence: z.number().nullable().describe('0 to 1; null where nobody said'),
        }),
      )
      .describe('Each word with its times'),
    confidence: z.number().nullable().describe('0 to 1, of the whole'),
    source: z
      .enum(['typed', 'app', 'matched', 'transcribed'])
      .describe(
        'Where the words come from: typed, sent by the app, matched with expected responses, or transcribed',
      ),
    transcriber: ProducerWire.describe('Who made the transcript'),
    language: z.string().nullable().describe('As the transcriber names what it heard'),
    timedBy: z.enum(['transcriber', 'aligner']).nullable().describe('Who gave the times of the words'),
    dropped: z
      .array(
        z.object({
          phrase: z.string().describe('The words'),
          reason: z.string().describe('Why they cannot have been said'),
        }),
      )
      .describe('What a transcriber gave although it cannot have been said'),
    faults: z.array(z.string()).describe("What was wrong with the transcriber's answer"),
    fallback: z
      .object({
        from: z.string().describe('The transcriber that failed'),
        code: z.string().describe('The code of its problem'),
      })
      .nullable()
      .describe('The transcriber that was asked first and failed, and how'),
    understood: z
      .object({
        text: z.string().describe('The words'),
        confidence: z.number().nullable().describe('0 to 1'),
        producer: ProducerWire.describe('Who heard them'),
      })
      .nullable()
      .describe('What reply and goals go by, where a second pass that knew the vocabulary heard other words'),
    secondPassFailure: z.string().nullable().describe('Why there was no second pass, where it failed'),
  })
  .meta({ id: 'Transcript', description: 'What was said, and who says so' })
