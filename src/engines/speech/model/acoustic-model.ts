import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { PHONES } from '../phones.ts'
import { NATIVE_CLASSES, NATIVE_WIDTH, toNativeClasses } from './native-classes.ts'
import { numbersOf, openNetwork } from './sessions.ts'

/** What is known of each 20 ms of sound; all arrays are frame by frame. */
export type HeardFrames = {
  frameCount: number
  /** One per acoustic model, each trained on other speakers. */
  members: MemberFrames[]
  /** Scaled log likelihoods of 39 phones and silence by a model of native speech; 0 is the best of the frame. */
  native: Float32Array
}

export type MemberFrames = {
  /** Log posteriors of 39 phones and silence. */
  posteriors: Float32Array
  /** How well each of the 39 phones would be said, 0-1. */
  goodness: Float32Array
}

/** The acoustic models, each trained without one third of the speakers, in the order of the thirds. */
export const MEMBERS = ['a', 'b', 'c'] as const
export type Member = (typeof MEMBERS)[number]

export type AcousticModel = {
  /** Mono samples at 16 kHz in [-1, 1]; the last part shorter than a frame is dropped. */
  listen(samples: Float32Array): Promise<HeardFrames>
}

export const FRAME_MS = 20
export const CLASS_COUNT = PHONES.length + 1
/** A window of the frontend and one hop; anything shorter has no pair of frames. */
const LEAST_SAMPLES = 411 + 160
/** Of a frame of the native model's input. */
const CEPSTRAL_WIDTH = 39
const FRAMES_AT_ONCE = 25

export type AcousticOptions = { members?: readonly Member[] | undefined; directory?: string | undefined }

export async function openAcousticModel(options: AcousticOptions = {}): Promise<AcousticModel> {
  const { members = MEMBERS, directory } = options
  const spectra = await openNetwork('spectra.onnx', directory)
  const native = await openNetwork('native.onnx', directory)
  const networks = await Promise.all(
    members.map((member) => openNetwork(`acoustic-${member}.onnx`, directory)),
  )

  return {
    async listen(samples) {
      if (samples.length < LEAST_SAMPLES) return nothingHeard(members.length)
      const sound = new Tensor('float32', Float32Array.from(samples), [1, samples.length])
      const { spectrum, cepstral } = await spectra.run({ samples: sound })
      if (!spectrum || !cepstral) throw new Error('The spectra have no frames')
      const frames = await listenNatively(native, numbersOf({ cepstral }, 'cepstral'))
      const width = frames.length / NATIVE_WIDTH
      const heard: MemberFrames[] = []
      for (const network of networks) {
        const result = await network.run({
          spectrum,
          native: new Tensor('float32', frames, [1, width, NATIVE_WIDTH]),
        })
        heard.push({ posteriors: numbersOf(result, 'posteriors'), goodness: numbersOf(result, 'goodness') })
      }
      const frameCount = Math.floor(width / 2)
      return { frameCount, members: heard, native: toNativeClasses(frames, frameCount) }
    },
  }
}

/**
 * What the native model makes of each 10 ms, a few frames at a time. Each second of sound takes 20 MB, and what is freed in
 * blocks of that size stays with the process: a second at a time, two threads came to 950 MB now and then.
 */
async function listenNatively(network: InferenceSession, cepstral: Float32Array): Promise<Float32Array> {
  const count = cepstral.length / CEPSTRAL_WIDTH
  const frames = new Float32Array(count * NATIVE_WIDTH)
  for (let first = 0; first < count; first += FRAMES_AT_ONCE) {
    const rows = Math.min(FRAMES_AT_ONCE, count - first)
    const part = cepstral.subarray(first * CEPSTRAL_WIDTH, (first + rows) * CEPSTRAL_WIDTH)
    const result = await network.run({ cepstral: new Tensor('float32', part, [1, rows, CEPSTRAL_WIDTH]) })
    frames.set(numbersOf(result, 'native'), first * NATIVE_WIDTH)
  }
  return frames
}

function nothingHeard(count: number): HeardFrames {
  const none = () => new Float32Array(0)
  const members = Array.from({ length: count }, () => ({ posteriors: none(), goodness: none() }))
  return { frameCount: 0, members, native: none() }
}

/** Frames of one piece after those of another. */
export function joinHeard(pieces: readonly HeardFrames[]): HeardFrames {
  const [first] = pieces
  if (pieces.length === 1 && first) return first
  return {
    frameCount: pieces.reduce((sum, piece) => sum + piece.frameCount, 0),
    native: join(pieces.map((piece) => piece.native)),
    members: (first?.members ?? []).map((_, member) => ({
      posteriors: join(pieces.map((piece) => piece.members[member]?.posteriors ?? new Float32Array(0))),
      goodness: join(pieces.map((piece) => piece.members[member]?.goodness ?? new Float32Array(0))),
    })),
  }
}

function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** The mean of the members' log posteriors. */
export function meanPosteriors({ members }: HeardFrames): Float32Array {
  const [first, ...others] = members
  if (!first) return new Float32Array(0)
  if (others.length === 0) return first.posteriors
  return first.posteriors.map(
    (value, at) =>
      others.reduce((sum, { posteriors }) => sum + (posteriors[at] ?? 0), value) / members.length,
  )
}

export { NATIVE_CLASSES }
