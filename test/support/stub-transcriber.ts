import { readFile } from 'node:fs/promises'
import OpenAI from 'openai'
import type { CallProviderDeps } from '#engines/speech/transcribe/call-provider.ts'
import { createOpenAiTranscription } from '#engines/speech/transcribe/providers/openai-transcription.ts'
import type { AnswerFormat } from '#engines/speech/transcribe/transcription-models.ts'
import { createVendorTranscriber } from '#engines/speech/transcribe/vendor-transcriber.ts'
import { createMemoryLedger } from './llm-stubs.ts'
import { responds, type StubAnswer, type StubbedRequest, type StubLlmServer } from './stub-llm-server.ts'

export const readTranscriptionFixture = (name: string) =>
  readFile(new URL(`../../fixtures/transcription/${name}`, import.meta.url), 'utf8')

/** A file of `fixtures/transcription` with a status. */
export const transcribes =
  (fixture: string, status = 200, headers: Record<string, string> = {}): StubAnswer =>
  async (response) =>
    responds(status, await readTranscriptionFixture(fixture), { 'x-request-id': 'req_stub', ...headers })(
      response,
    )

/** The real guards, ledger calls and SDK against the stub. */
export function connectTranscriber(
  server: StubLlmServer,
  {
    model = 'whisper-1',
    format,
    timeoutMs = 10_000,
    mayCall,
  }: {
    model?: string
    format?: AnswerFormat
    timeoutMs?: number
    mayCall?: CallProviderDeps['mayCall']
  } = {},
) {
  const ledger = createMemoryLedger()
  const client = new OpenAI({ apiKey: 'test-key', baseURL: `${server.url}/v1` })
  const provider = createOpenAiTranscription(client, { model, format })
  const now = () => new Date('2026-11-21T09:00:00Z')
  const transcriber = createVendorTranscriber({ provider, ledger, mayCall, now, timeoutMs })
  const attribution = { appId: 'app-1', userId: 'user-1', turnId: 'turn-1' }
  return {
    transcriber,
    ledger,
    transcribe: (samples: Float32Array, options: { vocabulary?: string[]; signal?: AbortSignal } = {}) =>
      transcriber.transcribe({ samples, language: 'en', attribution, ...options }),
    outcomes: () => ledger.rows.map(({ finished }) => [finished?.outcome, finished?.errorCode]),
  }
}

export const fieldsOf = (request: StubbedRequest | undefined) =>
  (request?.body ?? {}) as Record<string, unknown> & { file?: File }
