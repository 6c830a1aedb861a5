import { availableParallelism } from 'node:os'
import { missingForLimits } from '#platform/child-process/run-bounded.ts'
import type { Assessment } from './assessment.ts'
import { decodeAudio, ffmpegVersion } from './decode.ts'
import { analyseAudio } from './dsp/quality.ts'
import { modelMissing } from './errors.ts'
import { SAMPLE_RATE_HZ } from './sample-rate.ts'
import { createSlots } from './slots.ts'
import { createSoundAdmission } from './sound-admission.ts'
import type { MatchResult, SpeechEngine, SpeechEngineOptions } from './speech-engine.ts'
import { refuseUnreadable } from './words/read-words.ts'
import type { Task } from './worker.ts'
import { createWorkerPool } from './worker-pool.ts'

export type * from './speech-engine.ts'

const DEFAULT_MAX_AUDIO_SECONDS = 120
/** Ten seconds of work for two threads when recordings last as long each. */
const DEFAULT_MAX_QUEUE = 64
/** A learner waits about this long without wondering. */
const DEFAULT_MAX_WAIT_MS = 5_000
/** Two minutes of speech take about five seconds; the rest is for a machine under load. */
const DEFAULT_TASK_TIMEOUT_MS = 60_000
/** Two minutes of sound take under a second; the rest is for a machine under load. */
const DECODE_WALL_CLOCK_MS = 20_000
/** Two minutes of 192 kHz and 8 channels take about one second of computing, of ordinary recordings a tenth. */
const DECODE_CPU_SECONDS = 5

export function createSpeechEngine(options: SpeechEngineOptions): SpeechEngine {
  const maxSeconds = options.maxAudioSeconds ?? DEFAULT_MAX_AUDIO_SECONDS
  const ffmpegPath = options.ffmpegPath ?? 'ffmpeg'
  const limits = {
    maxSeconds,
    ffmpegPath,
    wallClockMs: DECODE_WALL_CLOCK_MS,
    cpuSeconds: DECODE_CPU_SECONDS,
    slots: createSlots(availableParallelism()),
  }
  const admission = createSoundAdmission({
    threads: options.threads,
    queued: () => pool.waitingCount,
    maxWaitMs: options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS,
  })
  const pool = createWorkerPool({
    onTask: admission.measured,
    worker: new URL('./worker.ts', import.meta.url),
    threads: options.threads,
    maxQueue: options.maxQueue ?? DEFAULT_MAX_QUEUE,
    taskTimeoutMs: options.taskTimeoutMs ?? DEFAULT_TASK_TIMEOUT_MS,
  })
  const run = (task: Task, signal: AbortSignal | undefined) => pool.run(task, signal)

  return {
    decode: (path, { signal } = {}) => decodeAudio(path, { limits, signal }),

    async assess({ signal, ...input }) {
      // A text without words is refused before it waits for a thread.
      refuseUnreadable(input.text)
      // The worker is our own code: what it answers to this kind of task is an assessment.
      return (await run({ kind: 'assess', ...input }, signal)) as Assessment
    },

    admit: admission.admit,

    async match({ signal, ...input }) {
      return (await run({ kind: 'match', ...input }, signal)) as MatchResult
    },

    quality: (samples) => analyseAudio(samples, SAMPLE_RATE_HZ).quality,

    async check() {
      await ffmpegVersion(ffmpegPath)
      await run({ kind: 'load' }, undefined).catch((error: unknown) => {
        throw modelMissing(error)
      })
      return { missingForLimits }
    },

    close: () => pool.close(),
  }
}
