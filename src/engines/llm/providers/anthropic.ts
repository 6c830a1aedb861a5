import Anthropic from '@anthropic-ai/sdk'
import { z } from 'zod'
import { eventFetch, readEvents } from '#platform/outbound/event-fetch.ts'
import { llmAborted, llmBadResponse, llmTimedOut } from '../errors.ts'
import type { HearLlm, LlmCall, LlmEnd, LlmMessage, LlmProvider, LlmRequest } from '../provider.ts'
import { toLlmError, toTransportError } from '../vendor-failure.ts'
import { AnthropicMessage } from './anthropic-message.ts'

export function createAnthropicProvider(client: Anthropic, name = 'anthropic'): LlmProvider {
  // The SDK's own log prints what it could not parse, which may be a learner's words. Its own spans would count each
  // attempt and its tokens a second time.
  const quietClient = client.withOptions({ fetch: eventFetch, logLevel: 'off', openTelemetry: false })
  return {
    name,
    scripted: false,
    async stream(request, call, hear) {
      try {
        return await streamMessage(quietClient, { request, call, hear })
      } catch (error) {
        throw toAppError(error, call.signal)
      }
    },
  }
}

type Asked = { request: LlmRequest; call: LlmCall; hear: HearLlm }

async function streamMessage(client: Anthropic, { request, call, hear }: Asked): Promise<LlmEnd> {
  const { model, signal } = call
  const response = await client.messages
    .create(toParams(request, call), { signal, maxRetries: 0 })
    .asResponse()
  const { headers } = response
  const providerRequestId = headers.get('request-id') ?? undefined
  const message = new AnthropicMessage(model, {
    mayCallTool: request.output !== undefined && call.structured === 'tool',
  })
  const reading = readEvents(response, ({ event: name, data }) => {
    const event = Event.parse(JSON.parse(data))
    // As the SDK has it where it reads the stream itself.
    if (name === 'error') throw new Anthropic.APIError(undefined, event, undefined, headers)
    const text = message.read(event)
    if (event.type === 'message_start') hear({ type: 'start', providerRequestId, ...message.start() })
    if (event.type === 'message_stop') return 'last'
    if (text === '') return undefined
    hear({ type: 'delta', text })
    return 'begun'
  })
  if (!reading) throw llmBadResponse('not an event stream')
  await reading
  return { providerRequestId, ...message.end() }
}

const Event = z.looseObject({ type: z.string() })

/** Stands in where the conversation begins with the other side: the first message must be a user's. */
const OPENING: LlmMessage = { role: 'user', text: '(The conversation begins.)' }

/** Anthropic's scale ends here; other vendors' at 2. */
const MAX_TEMPERATURE = 1

function toParams(request: LlmRequest, { model, structured }: LlmCall) {
  const { messages, maxOutputTokens, temperature } = request
  const system = messages.filter(({ role }) => role === 'system').map(({ text }) => text)
  const spoken = messages.filter(({ role }) => role !== 'system')
  const opened = spoken[0]?.role === 'user' ? spoken : [OPENING, ...spoken]
  return {
    model,
    max_tokens: maxOutputTokens,
    ...(temperature !== undefined ? { temperature: Math.min(temperature, MAX_TEMPERATURE) } : {}),
    ...(system.length > 0 ? { system: system.join('\n\n') } : {}),
    messages: opened.map(({ role, text }) => ({
      role: role === 'assistant' ? ('assistant' as const) : ('user' as const),
      content: text,
    })),
    ...toFormat(request, structured),
    stream: true as const,
  }
}

/** The model's own format, or the one tool that it must call with it. */
function toFormat({ output }: LlmRequest, structured: LlmCall['structured']) {
  if (!output) return {}
  const { name, schema } = output
  if (structured !== 'tool') return { output_config: { format: { type: 'json_schema' as const, schema } } }
  return {
    tools: [{ name, input_schema: { ...schema, type: 'object' as const } }],
    tool_choice: { type: 'tool' as const, name },
  }
}

function toAppError(error: unknown, signal: AbortSignal) {
  if (signal.aborted) return llmAborted(signal.reason)
  if (error instanceof Anthropic.APIConnectionTimeoutError) return llmTimedOut(error)
  if (!(error instanceof Anthropic.APIError)) return toTransportError(error)
  return toLlmError({ status: error.status, type: error.type, headers: error.headers }, error)
}
