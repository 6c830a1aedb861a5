import { z } from 'zod'
import { splitWords } from '#base/word-edits.ts'
import { transcriberBadResponse } from './errors.ts'
import { readLogprobs, readSegments } from './read-confidence.ts'
import { readTimes } from './read-times.ts'
import {
  type Heard,
  type HeardWord,
  type TranscriptionUsage,
  UNKNOWN_TRANSCRIPTION_USAGE,
} from './transcription-provider.ts'

/** Above every window and length on offer; a larger report is a fault of the sender. */
const MAX_CREDIBLE_TOKENS = 10_000_000
const MAX_CREDIBLE_SECONDS = 86_400
/** Ten minutes of the fastest speech are 60,000. */
const MAX_TEXT_CHARACTERS = 100_000

const number = z.number().nullish().catch(null)

/** Everything but the text is optional: servers leave out what they do not know. */
const Answer = z.object({
  text: z.string().max(MAX_TEXT_CHARACTERS),
  language: z.string().max(50).nullish().catch(null),
  words: z
    .array(z.object({ word: z.string(), start: number, end: number, probability: number }))
    .nullish()
    .catch(null),
  segments: z
    .array(
      z.object({ text: z.string(), no_speech_prob: number, avg_logprob: number, compression_ratio: number }),
    )
    .nullish()
    .catch(null),
  logprobs: z
    .array(z.object({ token: z.string(), logprob: number }))
    .nullish()
    .catch(null),
  usage: z.record(z.string(), z.unknown()).nullish().catch(null),
})

export type Answer = z.output<typeof Answer>

/** An answer in the documented format, `json` or `verbose_json`. Throws `transcriber.bad_response` without a text. */
export function readAnswer(body: unknown, durationMs: number): { heard: Heard; usage: TranscriptionUsage } {
  const parsed = Answer.safeParse(body)
  if (!parsed.success) throw transcriberBadResponse('no credible text in the answer')
  return { heard: toHeard(parsed.data, durationMs), usage: toUsage(parsed.data.usage, durationMs) }
}

function toHeard(answer: Answer, durationMs: number): Heard {
  const texts = splitWords(answer.text)
  const timed = readTimes(answer, { texts, durationMs })
  const tokens = readLogprobs(answer, texts)
  const segments = readSegments(answer, texts)
  const words = texts.map(
    (text, index): HeardWord => ({
      text,
      startMs: timed.words[index]?.startMs ?? null,
      endMs: timed.words[index]?.endMs ?? null,
      confidence: timed.words[index]?.confidence ?? tokens.confidences[index] ?? null,
      segment: segments.ofWord[index] ?? null,
    }),
  )
  return {
    words,
    segments: segments.measures,
    confidence: tokens.overall ?? segments.confidence,
    language: answer.language ?? null,
    faults: [timed.fault, tokens.fault, segments.fault].filter((fault) => fault !== undefined),
  }
}

/**
 * Billed by tokens, or by the length of the audio. A zero was never counted, since there was sound: then, and where nothing
 * is told, it is the length of what was sent.
 */
function toUsage(usage: Record<string, unknown> | null | undefined, durationMs: number): TranscriptionUsage {
  const { seconds, input_tokens: inputTokens, output_tokens: outputTokens } = usage ?? {}
  if (isTokenCount(inputTokens) && isTokenCount(outputTokens) && inputTokens > 0) {
    return { ...UNKNOWN_TRANSCRIPTION_USAGE, basis: 'reported', inputTokens, outputTokens }
  }
  if (isBetween(seconds, MAX_CREDIBLE_SECONDS) && seconds > 0) {
    return { ...UNKNOWN_TRANSCRIPTION_USAGE, basis: 'reported', audioMs: Math.round(seconds * 1_000) }
  }
  return { ...UNKNOWN_TRANSCRIPTION_USAGE, basis: 'estimated', audioMs: Math.round(durationMs) }
}

const isBetween = (count: unknown, max: number): count is number =>
  typeof count === 'number' && count >= 0 && count <= max

const isTokenCount = (count: unknown): count is number =>
  isBetween(count, MAX_CREDIBLE_TOKENS) && Number.isInteger(count)
