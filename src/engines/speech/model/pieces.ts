import { frameLevelsDbfs } from '../dsp/loudness.ts'
import { SAMPLE_RATE_HZ } from '../sample-rate.ts'
import {
  type AcousticModel,
  CLASS_COUNT,
  FRAME_MS,
  type HeardFrames,
  joinHeard,
  NATIVE_CLASSES,
} from './acoustic-model.ts'

const FRAME_SAMPLES = (SAMPLE_RATE_HZ / 1_000) * FRAME_MS
/** Memory of the frontend grows by 20 MB a second of sound; a piece is cut where it is quietest before this. */
const LONGEST_FRAMES = 10_000 / FRAME_MS
const SHORTEST_FRAMES = 5_000 / FRAME_MS
/** How far a cut looks for quiet: a closure of a consonant is no pause. */
const QUIET_FRAMES = 8
/** What the last frame of a piece needs beyond its own samples, so that no frame is lost at a cut. */
const OVERHANG_SAMPLES = 640

/** Listens to a recording of any length, piece by piece, each cut at the quietest place; frames follow without gaps. */
export async function listenInPieces(model: AcousticModel, samples: Float32Array): Promise<HeardFrames> {
  const pieces: HeardFrames[] = []
  const cuts = cutsOf(samples)
  for (const [index, start] of cuts.entries()) {
    const end = cuts[index + 1]
    if (end === undefined) {
      pieces.push(await model.listen(samples.subarray(start * FRAME_SAMPLES)))
    } else {
      const part = samples.subarray(start * FRAME_SAMPLES, end * FRAME_SAMPLES + OVERHANG_SAMPLES)
      pieces.push(firstFrames(await model.listen(part), end - start))
    }
  }
  return joinHeard(pieces)
}

/** First frame of each piece. */
export function cutsOf(samples: Float32Array): number[] {
  const frameCount = Math.floor(samples.length / FRAME_SAMPLES)
  const levels = frameLevelsDbfs(samples, FRAME_SAMPLES, FRAME_SAMPLES)
  const cuts = [0]
  for (let start = 0; frameCount - start > LONGEST_FRAMES; ) {
    start = quietest(levels, start + SHORTEST_FRAMES, start + LONGEST_FRAMES)
    cuts.push(start)
  }
  return cuts
}

/** The middle of the quietest stretch. */
function quietest(levels: Float32Array, from: number, to: number): number {
  let best = from
  let least = Number.POSITIVE_INFINITY
  for (let first = from; first + QUIET_FRAMES <= to; first += 1) {
    const level = levels.subarray(first, first + QUIET_FRAMES).reduce((sum, value) => sum + value, 0)
    if (level < least) {
      least = level
      best = first + QUIET_FRAMES / 2
    }
  }
  return best
}

function firstFrames({ members, native }: HeardFrames, frameCount: number): HeardFrames {
  return {
    frameCount,
    native: native.subarray(0, frameCount * NATIVE_CLASSES),
    members: members.map(({ posteriors, goodness }) => ({
      posteriors: posteriors.subarray(0, frameCount * CLASS_COUNT),
      goodness: goodness.subarray(0, frameCount * (CLASS_COUNT - 1)),
    })),
  }
}
