import type OpenAI from 'openai'
import { z } from 'zod'
import { llmBadResponse } from '../errors.ts'
import type { EmbedAnswer, EmbedRequest, LlmCall } from '../provider.ts'
import { reportedUsage } from '../usage.ts'

/** Ninety-six vectors of 3,072 numbers, as text. */
export const MAX_EMBEDDINGS_BYTES = 16 * 1024 * 1024

const Embeddings = z.object({
  model: z.string().max(200).nullish(),
  data: z.array(z.object({ index: z.int().nonnegative(), embedding: z.array(z.number()) })),
  usage: z.object({ prompt_tokens: z.unknown() }).nullish(),
})

export async function createEmbeddings(
  client: OpenAI,
  { texts, dimensions }: EmbedRequest,
  { model, signal }: LlmCall,
): Promise<EmbedAnswer> {
  const params = {
    model,
    input: [...texts],
    // Left to itself the SDK asks for base64, which some compatible servers do not know.
    encoding_format: 'float' as const,
    ...(dimensions !== undefined && { dimensions }),
  }
  const { data: body, response } = await client.embeddings
    .create(params, { signal, maxRetries: 0 })
    .withResponse()
  const parsed = Embeddings.safeParse(body)
  if (!parsed.success) throw llmBadResponse('not a list of embeddings', parsed.error)
  const { data, usage } = parsed.data
  const inOrder = data.toSorted((one, other) => one.index - other.index)
  return {
    vectors: inOrder.map(({ embedding }) => embedding),
    model: parsed.data.model || model,
    usage: reportedUsage({ inputTokens: usage?.prompt_tokens, outputTokens: 0 }),
    providerRequestId: response.headers.get('x-request-id') ?? undefined,
  }
}
