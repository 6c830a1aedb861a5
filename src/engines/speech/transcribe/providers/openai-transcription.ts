import OpenAI, { toFile } from 'openai'
import { boundedFetch } from '#platform/outbound/bounded-fetch.ts'
import { readRetryAfterS } from '#platform/outbound/retry-after.ts'
import { SAMPLE_RATE_HZ } from '../../sample-rate.ts'
import {
  isTranscriberFailure,
  transcriberAudioTooLarge,
  transcriberBadResponse,
  transcriberRateLimited,
  transcriberRejected,
  transcriberTimedOut,
  transcriberUnavailable,
  transcriberUnsupportedFormat,
} from '../errors.ts'
import { readAnswer } from '../read-answer.ts'
import { type AnswerFormat, toCapabilities, transcriptionModelOf } from '../transcription-models.ts'
import type { TranscriptionProvider, TranscriptionRequest } from '../transcription-provider.ts'
import { encodeWav } from '../wav.ts'

/** Whisper reads the last 224 tokens of a prompt; this many characters of English fit, of other scripts most. */
const MAX_PROMPT_CHARACTERS = 600
const MAX_KEYWORDS = 100

/** Transcription of OpenAI, and of every server that speaks the same format (set the client's `baseURL`). */
export function createOpenAiTranscription(
  client: OpenAI,
  { model, format }: { model: string; format?: AnswerFormat | undefined },
): TranscriptionProvider {
  // The SDK's own log prints what it could not parse, which may be a learner's words.
  const quietClient = client.withOptions({ fetch: boundedFetch, logLevel: 'off' })
  const abilities = transcriptionModelOf(model, format)
  return {
    name: 'openai',
    version: '1',
    model,
    capabilities: toCapabilities(abilities),
    async send(request, { signal }) {
      const file = await toFile(encodeWav(request.samples), 'audio.wav', { type: 'audio/wav' })
      const params = { file, model, language: request.language, ...biasOf(abilities.bias, request) }
      try {
        const { data, response } = await quietClient.audio.transcriptions
          .create({ ...params, ...paramsOf(abilities.format) }, { signal, maxRetries: 0 })
          .withResponse()
        const durationMs = (request.samples.length / SAMPLE_RATE_HZ) * 1_000
        const providerRequestId = response.headers.get('x-request-id')
        return { ...readAnswer(data, Math.round(durationMs)), model, providerRequestId }
      } catch (error) {
        throw toAppError(error)
      }
    },
  }
}

function paramsOf(format: AnswerFormat) {
  if (format === 'verbose_json') {
    return { response_format: format, timestamp_granularities: ['word' as const, 'segment' as const] }
  }
  return format === 'json_logprobs'
    ? { response_format: 'json' as const, include: ['logprobs' as const] }
    : { response_format: 'json' as const }
}

function biasOf(bias: 'prompt' | 'keywords' | 'none', { vocabulary }: TranscriptionRequest) {
  if (vocabulary.length === 0 || bias === 'none') return {}
  if (bias === 'keywords') return { keywords: vocabulary.slice(0, MAX_KEYWORDS) }
  return { prompt: joinWithin(vocabulary, MAX_PROMPT_CHARACTERS) }
}

function joinWithin(words: readonly string[], maxCharacters: number): string {
  let text = ''
  for (const word of words) {
    const longer = text === '' ? word : `${text}, ${word}`
    if (longer.length > maxCharacters) break
    text = longer
  }
  return text
}

/** 429 for an account without money: waiting does not help. */
const OUT_OF_MONEY = 'insufficient_quota'

function toAppError(error: unknown): Error {
  if (isTranscriberFailure(error)) return error
  if (error instanceof OpenAI.APIConnectionTimeoutError) return transcriberTimedOut(error)
  if (error instanceof OpenAI.APIConnectionError) return transcriberUnavailable(error)
  if (error instanceof OpenAI.APIError) return toStatusError(error)
  if (isBrokenConnection(error)) return transcriberUnavailable(error)
  // The parser's own message quotes the body, which may be a learner's words: it may not come into a log.
  return transcriberBadResponse('not in the documented format')
}

/** `fetch` reports a socket that closed inside a body as a TypeError whose cause carries the system's code. */
function isBrokenConnection(error: unknown): boolean {
  const cause = error instanceof TypeError ? error.cause : undefined
  return cause instanceof Error && 'code' in cause
}

function toStatusError(error: InstanceType<typeof OpenAI.APIError>): Error {
  const { status, message } = error
  const retryAfterS = readRetryAfterS(error.headers)
  if (error.code === OUT_OF_MONEY || error.type === OUT_OF_MONEY) return transcriberRejected(error)
  if (status === 429) return transcriberRateLimited(error, retryAfterS)
  // Too long is told apart from other bad requests by its message alone.
  if (status === 413 || (status === 400 && /is longer than \d+ seconds/.test(message)))
    return transcriberAudioTooLarge(error)
  if (status === 415 || (status === 400 && /file format/i.test(message)))
    return transcriberUnsupportedFormat(error)
  const isOurFault = status !== undefined && status < 500 && status !== 408 && status !== 409
  return isOurFault ? transcriberRejected(error) : transcriberUnavailable(error, retryAfterS)
}
