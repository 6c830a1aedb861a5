import OpenAI from 'openai'
import { boundedFetchUpTo } from '#platform/outbound/bounded-fetch.ts'
import { eventFetch, readEvents } from '#platform/outbound/event-fetch.ts'
import { llmAborted, llmBadResponse, llmTimedOut } from '../errors.ts'
import type { HearLlm, LlmCall, LlmEnd, LlmProvider, LlmRequest } from '../provider.ts'
import { UNKNOWN_USAGE } from '../usage.ts'
import { toLlmError, toTransportError } from '../vendor-failure.ts'
import { Chunk, DONE, finishOf, readChunk, type Seen } from './openai-chunk.ts'
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
  const seen: Seen = {
    model,
    finishName: null,
    usage: UNKNOWN_USAGE,
    hasRefused: false,
    mayCallTool,
    isDone: false,
  }
  const reading = readEvents(response, ({ data }) => {
    if (data === DONE) {
      seen.isDone = true
      return 'last'
    }
    const chunk = Chunk.parse(JSON.parse(data))
    // As the SDK has it where it reads the stream itself.
    if (chunk.error) throw new OpenAI.APIError(undefined, chunk.error, undefined, headers)
    const text = readChunk(chunk, seen)
    if (text !== '') hear({ type: 'delta', text })
    return signOf(seen, text)
  })
  if (!reading) throw llmBadResponse('not an event stream')
  hear({ type: 'start', providerRequestId })
  await reading
  return { finish: finishOf(seen), usage: seen.usage, model: seen.model, providerRequestId }
}

function signOf({ finishName, usage }: Seen, text: string) {
  if (finishName) return usage === UNKNOWN_USAGE ? 'finished' : 'complete'
  return text === '' ? undefined : 'begun'
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

/** Azure's way to say that its filter stopped the question rather than the answer. */
const isPromptFiltered = (error: unknown) =>
  error instanceof OpenAI.BadRequestError && error.code === 'content_filter'

function toAppError(error: unknown, signal: AbortSignal) {
  if (signal.aborted) return llmAborted(signal.reason)
  if (error instanceof OpenAI.APIConnectionTimeoutError) return llmTimedOut(error)
  if (!(error instanceof OpenAI.APIError)) return toTransportError(error)
  return toLlmError({ status: error.status, type: error.code ?? error.type, headers: error.headers }, error)
}
