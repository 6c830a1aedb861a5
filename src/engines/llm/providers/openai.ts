import OpenAI from 'openai'
import { z } from 'zod'
import { boundedFetch, boundedFetchUpTo, isEventStream } from '#platform/outbound/bounded-fetch.ts'
import { llmAborted, llmBadResponse, llmTimedOut } from '../errors.ts'
import type { LlmCall, LlmEvent, LlmFinish, LlmProvider, LlmRequest } from '../provider.ts'
import { reportedUsage, UNKNOWN_USAGE } from '../usage.ts'
import { toLlmError, toTransportError } from '../vendor-failure.ts'
import { createEmbeddings, MAX_EMBEDDINGS_BYTES } from './openai-embeddings.ts'

/** Chat completions of OpenAI, and of every server that speaks the same format (set the client's `baseURL`). */
export function createOpenAiProvider(client: OpenAI, name = 'openai'): LlmProvider {
  // The SDK's own log prints what it could not parse, which may be a learner's words.
  const quietClient = client.withOptions({ fetch: boundedFetch, logLevel: 'off' })
  const roomyClient = quietClient.withOptions({ fetch: boundedFetchUpTo(MAX_EMBEDDINGS_BYTES) })
  return {
    name,
    scripted: false,
    async *stream(request, call) {
      try {
        yield* streamChat(quietClient, request, call)
      } catch (error) {
        if (!isPromptFiltered(error)) throw toAppError(error, call.signal)
        yield { type: 'end', finish: 'filtered', usage: UNKNOWN_USAGE, model: call.model }
      }
    },
    async embed(request, call) {
      try {
        return await createEmbeddings(roomyClient, request, call)
      } catch (error) {
        throw toAppError(error, call.signal)
      }
    },
  }
}

async function* streamChat(client: OpenAI, request: LlmRequest, call: LlmCall): AsyncGenerator<LlmEvent> {
  const { model, signal } = call
  const { data: chunks, response } = await client.chat.completions
    .create(toParams(client, request, call), { signal, maxRetries: 0 })
    .withResponse()
  if (!isEventStream(response)) {
    chunks.controller.abort()
    throw llmBadResponse('not an event stream')
  }
  const providerRequestId = response.headers.get('x-request-id') ?? undefined
  yield { type: 'start', providerRequestId }
  const mayCallTool = request.output !== undefined && call.structured === 'tool'
  const seen: Seen = { model, finish: undefined, usage: UNKNOWN_USAGE, hasRefused: false, mayCallTool }
  for await (const chunk of chunks) {
    const text = readChunk(Chunk.parse(chunk), seen)
    if (text !== '') yield { type: 'delta', text }
  }
  // An abort ends the SDK's stream without an error, and so does a connection that is closed too early.
  if (signal.aborted) throw llmAborted(signal.reason)
  if (seen.finish === undefined) throw llmBadResponse('ended without a finish reason')
  yield { type: 'end', finish: seen.finish, usage: seen.usage, model: seen.model, providerRequestId }
}

function toParams(client: OpenAI, request: LlmRequest, { model, structured }: LlmCall) {
  const { messages, maxOutputTokens, temperature, seed } = request
  return {
    model,
    messages: messages.map(({ role, text }) => ({ role, content: text })),
    // OpenAI's reasoning models refuse `max_tokens`; many compatible servers silently ignore the newer name.
    ...(isOpenAiItself(client.baseURL)
      ? { max_completion_tokens: maxOutputTokens }
      : { max_tokens: maxOutputTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { seed }),
    ...toFormat(request, structured),
    stream: true as const,
    stream_options: { include_usage: true },
  }
}

/** The model's own format, or the one tool that it must call with it. */
function toFormat({ output }: LlmRequest, structured: LlmCall['structured']) {
  if (!output) return {}
  if (structured !== 'tool') {
    return { response_format: { type: 'json_schema' as const, json_schema: { ...output, strict: true } } }
  }
  const { name, schema: parameters } = output
  return {
    tools: [{ type: 'function' as const, function: { name, parameters } }],
    tool_choice: { type: 'function' as const, function: { name } },
  }
}

const isOpenAiItself = (baseUrl: string) => /(^|\.)openai\.(com|azure\.com)$/.test(new URL(baseUrl).hostname)

const ToolCall = z.object({ function: z.object({ arguments: z.string().nullish() }).nullish() })

const Chunk = z.object({
  model: z.string().max(200).nullish(),
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(ToolCall).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: z.unknown(),
      completion_tokens: z.unknown(),
      prompt_tokens_details: z.object({ cached_tokens: z.unknown() }).partial().nullish(),
      completion_tokens_details: z.object({ reasoning_tokens: z.unknown() }).partial().nullish(),
    })
    .nullish(),
})

type Seen = {
  model: string
  finish: LlmFinish | undefined
  usage: ReturnType<typeof reportedUsage>
  hasRefused: boolean
  /** The answer is what the tool is called with. */
  mayCallTool: boolean
}

/** Notes what the chunk says into `seen` and returns its text. Usage comes last, in a chunk without choices. */
function readChunk({ model, choices, usage }: z.output<typeof Chunk>, seen: Seen): string {
  seen.model = model || seen.model
  if (usage) {
    seen.usage = reportedUsage({
      inputTokens: usage.prompt_tokens,
      cachedInputTokens: usage.prompt_tokens_details?.cached_tokens,
      outputTokens: usage.completion_tokens,
      reasoningTokens: usage.completion_tokens_details?.reasoning_tokens,
    })
  }
  const choice = choices?.[0]
  if (!choice) return ''
  seen.hasRefused ||= Boolean(choice.delta?.refusal)
  if (choice.finish_reason) seen.finish = toFinish(choice.finish_reason, seen)
  return textOf(choice.delta ?? {}, seen)
}

type Delta = {
  content?: string | null | undefined
  tool_calls?: z.output<typeof ToolCall>[] | null | undefined
}

function textOf({ content, tool_calls: calls }: Delta, { mayCallTool }: Seen): string {
  if (!calls?.length) return mayCallTool ? '' : (content ?? '')
  if (!mayCallTool) throw llmBadResponse('a tool call nobody asked for')
  return calls.map((call) => call.function?.arguments ?? '').join('')
}

function toFinish(reason: string, { hasRefused, mayCallTool }: Seen): LlmFinish {
  if (hasRefused) return 'refused'
  if (reason === 'tool_calls' && mayCallTool) return 'stop'
  if (reason === 'stop' || reason === 'length') return reason
  if (reason === 'content_filter') return 'filtered'
  throw llmBadResponse('an unknown finish reason')
}

/** Azure's way to say that its filter stopped the question rather than the answer. */
const isPromptFiltered = (error: unknown) =>
  error instanceof OpenAI.BadRequestError && error.code === 'content_filter'

function toAppError(error: unknown, signal: AbortSignal) {
  if (signal.aborted) return llmAborted(signal.reason)
  if (error instanceof OpenAI.APIConnectionTimeoutError) return llmTimedOut(error)
  if (!(error instanceof OpenAI.APIError)) return toTransportError(error)
  return toLlmError({ status: error.status, type: error.code ?? error.type, headers: error.headers }, error)
}
