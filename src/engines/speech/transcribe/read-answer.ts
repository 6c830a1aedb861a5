import { z } from 'zod'
import { splitWords } from '#base/word-edits.ts'
import { transcriberBadResponse } from './errors.ts'
import { mapLetters, type PartRange } from './letter-map.ts'
import type { TranscriptFault } from './transcriber.ts'
import {
  type Heard,
  type HeardWord,
  type SegmentMeasures,
  type TranscriptionUsage,
  UNKNOWN_TRANSCRIPTION_USAGE,
} from './transcription-provider.ts'

/** Models end words up to half a second after the sound; what lies further out was not measured on it. */
const TIME_TOLERANCE_MS = 500
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

type Answer = z.output<typeof Answer>

/** An answer in the documented format, `json` or `verbose_json`. Throws `transcriber.bad_response` without a text. */
export function readAnswer(body: unknown, durationMs: number): { heard: Heard; usage: TranscriptionUsage } {
  const parsed = Answer.safeParse(body)
  if (!parsed.success) throw transcriberBadResponse('no credible text in the answer')
  return { heard: toHeard(parsed.data, durationMs), usage: toUsage(parsed.data.usage) }
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

type Timed = { startMs: number | null; endMs: number | null; confidence: number | null }

/** The vendor's words laid over ours. Times that cannot be right are dropped, all of them: none can be trusted. */
function readTimes(
  { words: given }: Answer,
  { texts, durationMs }: { texts: string[]; durationMs: number },
): { words: (Timed | undefined)[]; fault?: TranscriptFault } {
  if (!given?.length) return { words: [] }
  const ranges = mapLetters(
    texts,
    given.map(({ word }) => word),
  )
  if (!ranges) return { words: [], fault: 'words_not_in_text' }
  const fault = findTimeFault(given, durationMs)
  const timeOf = (seconds: number | null | undefined) =>
    fault || typeof seconds !== 'number'
      ? null
      : Math.min(durationMs, Math.max(0, Math.round(seconds * 1_000)))
  const words = ranges.map(
    (range) =>
      range && {
        startMs: timeOf(given[range.first]?.start),
        endMs: timeOf(given[range.last]?.end),
        confidence: toProbability(given[range.first]?.probability),
      },
  )
  return fault ? { words, fault } : { words }
}

function findTimeFault(
  words: { start?: number | null | undefined; end?: number | null | undefined }[],
  durationMs: number,
): TranscriptFault | undefined {
  let beforeS = 0
  for (const { start, end } of words) {
    if (typeof start !== 'number' || typeof end !== 'number') continue
    if (end * 1_000 > durationMs + TIME_TOLERANCE_MS) return 'word_times_beyond_audio'
    if (start < beforeS || end < start) return 'word_times_out_of_order'
    beforeS = start
  }
  return undefined
}

type Confidences = { confidences: (number | null)[]; overall: number | null; fault?: TranscriptFault }

/** Of a word, and of the whole: the geometric mean of the probabilities of its tokens. */
function readLogprobs({ logprobs }: Answer, texts: string[]): Confidences {
  if (!logprobs?.length) return { confidences: [], overall: null }
  const values = logprobs.map(({ logprob }) => logprob)
  if (!values.every(isLogprob)) return { confidences: [], overall: null, fault: 'logprobs_invalid' }
  const ranges = mapLetters(
    texts,
    logprobs.map(({ token }) => token),
  )
  const confidenceOf = (range: PartRange | undefined) =>
    range ? toConfidence(values.slice(range.first, range.last + 1)) : null
  return { confidences: ranges?.map(confidenceOf) ?? [], overall: toConfidence(values) }
}

type Segments = {
  measures: SegmentMeasures[]
  ofWord: (number | null)[]
  confidence: number | null
  fault?: TranscriptFault
}

function readSegments({ segments }: Answer, texts: string[]): Segments {
  const nothing = { measures: [], ofWord: [], confidence: null }
  if (!segments?.length) return nothing
  const ranges = mapLetters(
    texts,
    segments.map(({ text }) => text),
  )
  if (!ranges) return { ...nothing, fault: 'segments_not_in_text' }
  const measures = segments.map(({ no_speech_prob, avg_logprob, compression_ratio }) => ({
    noSpeechProbability: toProbability(no_speech_prob),
    averageLogprob: isLogprob(avg_logprob) ? avg_logprob : null,
    compressionRatio: compression_ratio ?? null,
  }))
  const logprobs = ranges.flatMap((range) => (range ? (measures[range.first]?.averageLogprob ?? []) : []))
  const isInvalid = segments.some(
    ({ avg_logprob }) => typeof avg_logprob === 'number' && !isLogprob(avg_logprob),
  )
  return {
    measures,
    ofWord: ranges.map((range) => range?.first ?? null),
    confidence: toConfidence(logprobs),
    ...(isInvalid ? { fault: 'logprobs_invalid' as const } : {}),
  }
}

/** Rounding can put the logarithm of a certainty a hair above zero. */
const isLogprob = (value: number | null | undefined): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value <= 1e-3

function toConfidence(logprobs: readonly number[]): number | null {
  if (logprobs.length === 0) return null
  const mean = logprobs.reduce((sum, value) => sum + value, 0) / logprobs.length
  return Math.round(Math.min(1, Math.exp(mean)) * 1_000) / 1_000
}

const toProbability = (value: number | null | undefined) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : null

/** Billed by tokens, or by the length of the audio. */
function toUsage(usage: Record<string, unknown> | null | undefined): TranscriptionUsage {
  const { seconds, input_tokens: inputTokens, output_tokens: outputTokens } = usage ?? {}
  if (isTokenCount(inputTokens) && isTokenCount(outputTokens)) {
    return { ...UNKNOWN_TRANSCRIPTION_USAGE, basis: 'reported', inputTokens, outputTokens }
  }
  if (isBetween(seconds, MAX_CREDIBLE_SECONDS)) {
    return { ...UNKNOWN_TRANSCRIPTION_USAGE, basis: 'reported', audioMs: Math.round(seconds * 1_000) }
  }
  return UNKNOWN_TRANSCRIPTION_USAGE
}

const isBetween = (count: unknown, max: number): count is number =>
  typeof count === 'number' && count >= 0 && count <= max

const isTokenCount = (count: unknown): count is number =>
  isBetween(count, MAX_CREDIBLE_TOKENS) && Number.isInteger(count)
