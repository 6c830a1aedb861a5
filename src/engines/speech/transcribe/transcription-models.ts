import type { TranscriberCapabilities } from './transcriber.ts'

/** `verbose_json` has words with times and segments; `json_logprobs` has tokens; `json` has the text alone. */
export type AnswerFormat = 'verbose_json' | 'json_logprobs' | 'json'

export type TranscriptionModel = {
  format: AnswerFormat
  /** How it is told which words to expect. */
  bias: 'prompt' | 'keywords' | 'none'
  maxSeconds: number | null
}

const MIB = 1024 * 1024
/** Of every model of the vendor's, and kept by compatible servers that document a limit. */
const MAX_BYTES = 25 * MIB
/** The vendor refuses longer audio ("longer than 1500 seconds"); of the diarizing model, 1400. */
const GPT_4O_MAX_SECONDS = 1_500

/** As documented for each model; a dated name such as `gpt-4o-mini-transcribe-2025-12-15` is its model. */
const MODELS: [name: string, model: TranscriptionModel][] = [
  ['gpt-4o-transcribe-diarize', { format: 'json', bias: 'none', maxSeconds: 1_400 }],
  ['gpt-4o-transcribe', { format: 'json_logprobs', bias: 'prompt', maxSeconds: GPT_4O_MAX_SECONDS }],
  ['gpt-4o-mini-transcribe', { format: 'json_logprobs', bias: 'prompt', maxSeconds: GPT_4O_MAX_SECONDS }],
  ['gpt-transcribe', { format: 'json', bias: 'keywords', maxSeconds: GPT_4O_MAX_SECONDS }],
  ['whisper-1', { format: 'verbose_json', bias: 'prompt', maxSeconds: null }],
]

/** Servers of Whisper models (faster-whisper, speaches, whisper.cpp) give `verbose_json`. */
const WHISPER: TranscriptionModel = { format: 'verbose_json', bias: 'prompt', maxSeconds: null }
/** What every server that speaks the format understands. */
const UNKNOWN: TranscriptionModel = { format: 'json', bias: 'prompt', maxSeconds: null }

/** What a model can do, by its name; `format` says it better for a server that differs. */
export function transcriptionModelOf(name: string, format?: AnswerFormat | undefined): TranscriptionModel {
  const known = MODELS.find(([known]) => name === known || name.startsWith(`${known}-`))?.[1]
  const model = known ?? (/whisper/i.test(name) ? WHISPER : UNKNOWN)
  return format ? { ...model, format } : model
}

export const toCapabilities = ({
  format,
  bias,
  maxSeconds,
}: TranscriptionModel): TranscriberCapabilities => ({
  wordTimes: format === 'verbose_json',
  logprobs: format !== 'json',
  languages: 'any',
  maxSeconds,
  maxBytes: MAX_BYTES,
  streaming: false,
  vocabularyBias: bias !== 'none',
  costsMoney: true,
})
