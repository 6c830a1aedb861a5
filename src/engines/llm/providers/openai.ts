import OpenAI from 'openai'
import { z } from 'zod'
import { boundedFetchUpTo } from '#platform/outbound/bounded-fetch.ts'
import { eventFetch, readEvents } from '#platform/outbound/event-fetch.ts'
import { llmAborted, llmBadResponse, llmTimedOut } from '../errors.ts'
import type { HearLlm, LlmCall, LlmEnd, LlmFinish, LlmProvider, LlmRequest } from '../provider.ts'
import { reportedUsage, UNKNOWN_USAGE } from '../usage.ts'
import { toLlmError, toTransportError } from '../vendor-failure.ts'
import { createEmbeddings, MAX_EMBEDDINGS_BYTES } from './openai-embeddings.ts'

/** Chat completions of OpenAI, and of every server that speaks the same format (set the client's `baseURL`). */
export function createOpenAiProvider(client: OpenAI, name = 'openai'): LlmProvider {
  // The SDK's own log prints what it could not parse, which may be a learner's words.
  const chatClient = client.withOptions({ fetch: eventFetch, logLevel: 'off' })
  const embeddingsClient = client.withOptions({
    fetch: boundedFetchUpTo(MAX_EMBEDDINGS_BYTES),
    logLevel: 'off',
  })
  return {
    name,
    scripted: false,
    async stream(request, call, hear) {
      try {
        return await streamChat(chatClient, { request, call, hear })
      } catch (error) {
        if (!isPromptFiltered(error)) throw toAppError(error, call.signal)
        return { finish: 'filtered', usage: UNKNOWN_USAGE, model: call.model }
      }
    },
    async embed(request, call) {
      try {
        return await createEmbeddings(embeddingsClient, request, call)
      } catch (error) {
        throw toAppError(error, call.signal)
      }
    },
  }
}

type Asked = { request: LlmRequest; call: LlmCall; hear: HearLlm }

async function streamChat(client: OpenAI, { request, call, hear }: Asked): Promise<LlmEnd> {
  const { model, signal } = call
  const response = await client.chat.completions
    .create(toParams(client, request, call), { signal, maxRetries: 0 })
    .asResponse()
  const { headers } = response
  const providerRequestId = headers.get('x-request-id') ?? undefined
  const mayCallTool = request.output !== undefined && call.structured === 'tool'
  const seen: Seen = { model, finish: undefined, usage: UNKNOWN_USAGE, hasRefused: false, mayCallTool }
  const reading = readEvents(response, ({ data }) => {
    if (data === DONE) return 'last'
    const chunk = Chunk.parse(JSON.parse(data))
    // As the SDK has it where it reads the stream itself.
    if (chunk.error) throw new OpenAI.APIError(undefined, chunk.error, undefined, headers)
    const text = readChunk(chunk, seen)
    if (text === '') return undefined
    hear({ type: 'delta', text })
    return 'begun'
  })
  if (!reading) throw llmBadResponse('not an event stream')
  hear({ type: 'start', providerRequestId })
  await reading
  if (seen.finish === undefined) throw llmBadResponse('ended without a finish reason')
  return { finish: seen.finish, usage: seen.usage, model: seen.model, providerRequestId }
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

/** After the last chunk. */
const DONE = '[DONE]'

const ToolCall = z.object({ function: z.object({ arguments: z.string().nullish() }).nullish() })

const Chunk = z.object({
  /** Instead of everything else, when the answer broke off. */
  error: z.looseObject({}).nullish(),
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
