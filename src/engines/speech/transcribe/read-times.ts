import { mapLetters } from './letter-map.ts'
import type { Answer } from './read-answer.ts'
import { toProbability } from './read-confidence.ts'
import type { TranscriptFault } from './transcriber.ts'

/** Models end words up to half a second after the sound; what lies further out was not measured on it. */
const TIME_TOLERANCE_MS = 500

type Timed = { startMs: number | null; endMs: number | null; confidence: number | null }

/** The vendor's words laid over ours. Times that cannot be right are dropped, all of them: none can be trusted. */
export function readTimes(
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
