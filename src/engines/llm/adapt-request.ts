import type { Capabilities } from './capabilities.ts'
import { llmTooLong, llmUnsupported } from './errors.ts'
import type { LlmMessage, LlmRequest, StructuredMeans } from './provider.ts'
import { countMessageTokens } from './tokens.ts'

export type AdaptedRequest = { request: LlmRequest; structured: StructuredMeans }

/** What a model that thinks may spend on it beyond the answer: else a short limit ends it before its first word. */
const REASONING_TOKENS = 2_048

/**
 * The request as this model can take it, or `llm.unsupported` or `llm.too_long` before anything is sent. Instructions
 * move to the user where there is no role for them, a format is asked for in words where there is no other means.
 */
export async function adaptRequest(
  request: LlmRequest,
  { model, capabilities }: { model: string; capabilities: Capabilities | undefined },
): Promise<AdaptedRequest> {
  if (!capabilities) return { request, structured: 'json_schema' }
  if (!capabilities.streaming) throw llmUnsupported(`${model} makes embeddings and no text`)
  const { structured, systemRole, temperature, seed } = capabilities
  const { output, temperature: askedTemperature, seed: askedSeed, ...rest } = request
  const worded = output && structured === 'none' ? inWords(rest.messages, output.schema) : rest.messages
  const adapted: LlmRequest = {
    ...rest,
    messages: systemRole ? worded : withoutSystem(worded),
    maxOutputTokens: outputLimit(request.maxOutputTokens, capabilities),
    ...(output && structured !== 'none' && { output }),
    ...(temperature && askedTemperature !== undefined && { temperature: askedTemperature }),
    ...(seed && askedSeed !== undefined && { seed: askedSeed }),
  }
  await requireRoom(adapted, { model, capabilities })
  return { request: adapted, structured }
}

/** How many tokens a model is allowed for an answer of this length. */
export function outputLimit(
  asked: number,
  { maxOutputTokens, reasoning }: Pick<Capabilities, 'maxOutputTokens' | 'reasoning'>,
): number {
  const wanted = reasoning ? asked + REASONING_TOKENS : asked
  return maxOutputTokens === null ? wanted : Math.min(wanted, maxOutputTokens)
}

const inWords = (messages: readonly LlmMessage[], schema: Record<string, unknown>): LlmMessage[] => [
  ...messages,
  {
    role: 'system',
    text: `Answer with JSON that fits this JSON Schema, and with nothing else:\n${JSON.stringify(schema)}`,
  },
]

/** A turn of its own before the talk: such models want user and assistant in turn, and a learner's words stay apart. */
function withoutSystem(messages: readonly LlmMessage[]): LlmMessage[] {
  const instructions = messages.filter(({ role }) => role === 'system').map(({ text }) => text)
  const spoken = messages.filter(({ role }) => role !== 'system')
  if (instructions.length === 0) return spoken
  const preface: LlmMessage = { role: 'user', text: `Instructions:\n${instructions.join('\n\n')}` }
  const opened = spoken[0]?.role === 'user' ? [UNDERSTOOD, ...spoken] : spoken
  return [preface, ...opened]
}

const UNDERSTOOD: LlmMessage = { role: 'assistant', text: 'Understood.' }

/** A token is never less than a byte, so most requests need no counting. */
async function requireRoom(
  { messages, maxOutputTokens }: LlmRequest,
  { model, capabilities: { contextWindow } }: { model: string; capabilities: Capabilities },
): Promise<void> {
  if (contextWindow === null) return
  const bytes = messages.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
  if (bytes + maxOutputTokens <= contextWindow) return
  const tokens = (await countMessageTokens(messages)) + maxOutputTokens
  if (tokens > contextWindow) throw llmTooLong(model, tokens, contextWindow)
}
