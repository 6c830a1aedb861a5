import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { createGateway, type LlmLimits } from '#engines/llm/gateway.ts'
import type { LlmProvider } from '#engines/llm/provider.ts'
import { createAnthropicProvider } from '#engines/llm/providers/anthropic.ts'
import { createOpenAiProvider } from '#engines/llm/providers/openai.ts'
import { createMemoryLedger } from './llm-stubs.ts'

export type StubAnswer = (response: ServerResponse) => void | Promise<void>

export type StubbedRequest = {
  path: string
  headers: IncomingHttpHeaders
  body: unknown
  /** `cut` when the connection closed before the answer was whole. */
  closed: Promise<'whole' | 'cut'>
}

export type StubLlmServer = AsyncDisposable & {
  url: string
  /** Those for text; what asks for a given format is a judgement. */
  requests: StubbedRequest[]
  /** One answer for each request to come, in order. */
  answers(...answers: StubAnswer[]): void
  /** The same, before those that are prepared; one that asks for a format gets it too. */
  answersFirst(...answers: StubAnswer[]): void
  judgements: StubbedRequest[]
  /** The same for judgements; without one, a judge finds nothing to say. */
  judges(...answers: unknown[]): void
  /** Breaks every connection that is open, the way a network does. */
  resetsConnections(): void
}

/** A vendor on loopback that can fail the way sockets fail. A request without a prepared answer fails the test. */
export async function startStubLlmServer(): Promise<StubLlmServer> {
  const requests: StubbedRequest[] = []
  const prepared: StubAnswer[] = []
  const first: StubAnswer[] = []
  const judgements: StubbedRequest[] = []
  const prejudged: unknown[] = []
  let unpreparedCount = 0
  const server = createServer(async (request, response) => {
    const closed = once(response, 'close').then(() => (response.writableFinished ? 'whole' : 'cut'))
    const body = await readBody(request)
    const path = request.url ?? ''
    if (first.length === 0 && isJudgement(body)) {
      judgements.push({ path, headers: request.headers, body, closed })
      return streams(inFormat(path, nextVerdict(prejudged)))(response)
    }
    requests.push({ path, headers: request.headers, body, closed })
    const answer = first.shift() ?? prepared.shift()
    if (answer) return answer(response)
    unpreparedCount += 1
    response.destroy()
  })
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers: (...answers) => void prepared.push(...answers),
    answersFirst: (...answers) => void first.push(...answers),
    judgements,
    judges: (...answers) => void prejudged.push(...answers),
    resetsConnections: () => {
      for (const socket of open) socket.resetAndDestroy()
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      if (unpreparedCount > 0)
        throw new Error(`${unpreparedCount} requests came that no answer was prepared for`)
    },
  }
}

/** JSON as it is; of a form, the fields by name, one of several values as a list. */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const bytes = await buffer(request)
  const contentType = request.headers['content-type'] ?? ''
  if (!contentType.startsWith('multipart/')) return JSON.parse(bytes.toString())
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => [name, name.endsWith('[]') ? form.getAll(name) : form.get(name)]),
  )
}

/** A transcription names a format too, by a word in a form. */
function isJudgement(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false
  return 'output_config' in body || ('response_format' in body && typeof body.response_format === 'object')
}

/** What a judge says who finds nothing to say. */
export const NEUTRAL_JUDGEMENT = {
  goals_met: [],
  appropriateness: null,
  grammar: null,
  vocabulary: null,
  corrections: [],
  learner: 'answering',
  is_over: false,
  safety: { verdict: 'safe', category: null, evidence: null },
}

function nextVerdict(prejudged: unknown[]): string {
  const verdict = prejudged.length > 0 ? prejudged.shift() : NEUTRAL_JUDGEMENT
  return typeof verdict === 'string' ? verdict : JSON.stringify(verdict)
}

function inFormat(path: string, text: string): string {
  const format = path.endsWith('/messages') ? ANTHROPIC_FORMAT : OPENAI_FORMAT
  return `${format.begin}${format.delta(text)}${format.end}`
}

export const responds =
  (status: number, body: string, headers: Record<string, string> = {}): StubAnswer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
  }

export const streams =
  (body: string, then: 'end' | 'reset' | 'stall' = 'end'): StubAnswer =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    await written(response, body)
    if (then === 'end') response.end()
    if (then === 'reset') response.socket?.resetAndDestroy()
  }

/** A body of the given status that is never finished. */
export const streamsBody =
  (status: number, body: string): StubAnswer =>
  async (response) => {
    response.writeHead(status, { 'content-type': 'text/html' })
    await written(response, body)
  }

/** Every byte a chunk of its own, so that every character of more than one byte is split. */
export const streamsByteByByte =
  (body: string): StubAnswer =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
    for (const byte of Buffer.from(body)) await written(response, Buffer.of(byte))
    response.end()
  }

/** Takes the request and says nothing, not even a status. */
export const neverAnswers: StubAnswer = () => undefined

export const resetsBeforeAnswering: StubAnswer = (response) => void response.socket?.resetAndDestroy()

const written = (response: ServerResponse, bytes: string | Buffer) =>
  new Promise<void>((resolve) => response.write(bytes, () => resolve()))

/** The parts of a streamed answer in one vendor's format. */
export type StreamFormat = { begin: string; delta: (text: string) => string; end: string; malformed: string }

const openAiChunk = (choices: unknown[], rest: object = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'stub-1', choices, ...rest })}\n\n`

export const OPENAI_FORMAT: StreamFormat = {
  begin: openAiChunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
  delta: (content) => openAiChunk([{ index: 0, delta: { content }, finish_reason: null }]),
  end:
    openAiChunk([{ index: 0, delta: {}, finish_reason: 'stop' }]) +
    openAiChunk([], { usage: { prompt_tokens: 50, completion_tokens: 5, total_tokens: 55 } }) +
    'data: [DONE]\n\n',
  malformed: 'data: {"id":"chatcmpl-1","choi\n\n',
}

const anthropicEvent = (type: string, rest: object) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`

export const ANTHROPIC_FORMAT: StreamFormat = {
  begin:
    anthropicEvent('message_start', {
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'stub-1',
        content: [],
        stop_reason: null,
        usage: { input_tokens: 50, output_tokens: 1 },
      },
    }) + anthropicEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  delta: (text) => anthropicEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  end:
    anthropicEvent('content_block_stop', { index: 0 }) +
    anthropicEvent('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 5 },
    }) +
    anthropicEvent('message_stop', {}),
  malformed: 'event: content_block_delta\ndata: {"type":"content_blo\n\n',
}

export type Vendor = { name: string; format: StreamFormat; connect: (url: string) => LlmProvider }

export const VENDORS: Vendor[] = [
  {
    name: 'openai',
    format: OPENAI_FORMAT,
    connect: (url) => createOpenAiProvider(new OpenAI({ apiKey: 'test-key', baseURL: `${url}/v1` })),
  },
  {
    name: 'anthropic',
    format: ANTHROPIC_FORMAT,
    connect: (url) => createAnthropicProvider(new Anthropic({ apiKey: 'test-key', baseURL: url })),
  },
]

export const request = {
  purpose: 'practice.reply',
  maxOutputTokens: 100,
  messages: [{ role: 'user' as const, text: 'One iced americano, please.' }],
}

export const attribution = { appId: 'app-1', userId: 'user-1', turnId: 'turn-1' }

/** The real gateway and SDK against the stub. Pauses are noted instead of waited for; jitter is left out. */
export function connectGateway(vendor: Vendor, server: StubLlmServer, limits: Partial<LlmLimits> = {}) {
  const ledger = createMemoryLedger()
  const pausesMs: number[] = []
  const provider = vendor.connect(server.url)
  const complete = createGateway({
    routeFor: () => [{ provider, model: 'model-1' }],
    ledger,
    now: () => new Date('2026-11-21T09:00:00Z'),
    limits,
    sleep: async (ms) => void pausesMs.push(ms),
    random: () => 0,
  })
  const deltas: string[] = []
  const reply = () => complete(request, { attribution, onDelta: (text) => deltas.push(text) })
  const outcomes = () => ledger.rows.map(({ finished }) => [finished?.outcome, finished?.errorCode])
  return { complete, reply, deltas, ledger, outcomes, pausesMs }
}

/** Settings of a service whose one model is the stub, asked in OpenAI's format. */
export const openAiEnv = ({ url }: Pick<StubLlmServer, 'url'>) => ({
  MALGIL_LLM_PROVIDER: 'openai',
  MALGIL_LLM_MODEL: 'stub-1',
  OPENAI_BASE_URL: `${url}/v1`,
  OPENAI_API_KEY: 'test-key',
})
