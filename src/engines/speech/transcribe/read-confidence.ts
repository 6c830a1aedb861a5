import { mapLetters, type PartRange } from './letter-map.ts'
import type { Answer } from './read-answer.ts'
import type { TranscriptFault } from './transcriber.ts'
import type { SegmentMeasures } from './transcription-provider.ts'

type Confidences = { confidences: (number | null)[]; overall: number | null; fault?: TranscriptFault }

/** Of a word, and of the whole: the geometric mean of the probabilities of its tokens. */
export function readLogprobs({ logprobs }: Answer, texts: string[]): Confidences {
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

export function readSegments({ segments }: Answer, texts: string[]): Segments {
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

export const toProbability = (value: number | null | undefined) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : null
