import { z } from 'zod'

const ProducerWire = z.object({ name: z.string(), model: z.string().nullable(), version: z.string() })

export const TranscriptWire = z.object({
  text: z.string().nullable(),
  unmatchedReason: z.string().nullable(),
  words: z.array(
    z.object({
      text: z.string(),
      startMs: z.int().nullable(),
      endMs: z.int().nullable(),
      confidence: z.number().nullable(),
    }),
  ),
  confidence: z.number().nullable(),
  source: z.enum(['typed', 'app', 'matched', 'transcribed']),
  transcriber: ProducerWire,
  language: z.string().nullable().describe('As the transcriber names what it heard'),
  timedBy: z.enum(['transcriber', 'aligner']).nullable().describe('Who gave the times of the words'),
  dropped: z
    .array(z.object({ phrase: z.string(), reason: z.string() }))
    .describe('What a transcriber gave although it cannot have been said'),
  faults: z.array(z.string()).describe("What was wrong with the transcriber's answer"),
  fallback: z
    .object({ from: z.string(), code: z.string() })
    .nullable()
    .describe('The transcriber that was asked first and failed, and how'),
  understood: z
    .object({ text: z.string(), confidence: z.number().nullable(), producer: ProducerWire })
    .nullable()
    .describe('What reply and goals go by, where a second pass that knew the vocabulary heard other words'),
  secondPassFailure: z.string().nullable(),
})
