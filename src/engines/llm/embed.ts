import { untilAborted } from '#base/until-aborted.ts'
import type { Tried } from './attempt.ts'
import type { Embed, LlmEmbeddings } from './complete.ts'
import { llmBadResponse, llmNothingToEmbed, llmUnsupported } from './errors.ts'
import { type GatewayDeps, settleDeps } from './gateway.ts'
import { askInTurn, type LlmLimits, type LlmTarget, type Prepared } from './policy.ts'
import type { EmbedAnswer, EmbedRequest } from './provider.ts'
import { startTimeLimits } from './time-limits.ts'
import { estimatedUsage, isBelievable, NO_USAGE, UNKNOWN_USAGE } from './usage.ts'
import { requestIdOf } from './vendor-failure.ts'

export const EMBED_PURPOSE = 'embed'

/** OpenAI takes 2,048 texts of 300,000 tokens together; this many large vectors are an answer of a few megabytes. */
const MAX_BATCH_TEXTS = 96
const MAX_BATCH_CHARACTERS = 200_000

/**
 * The same policy as for text: deadline, retries, fallback, circuits, permission and a row of the ledger for each
 * attempt. All batches of one call are made by one model.
 */
export function createEmbed(given: GatewayDeps): Embed {
  const deps = settleDeps(given)
  return async ({ texts, dimensions }, { attribution, signal, model }) => {
    if (texts.length === 0 || texts.some((text) => text.trim() === '')) throw llmNothingToEmbed()
    let route = deps.routeFor(EMBED_PURPOSE).filter((target) => model === undefined || target.model === model)
    if (route.length === 0)
      throw llmUnsupported(`No model for embeddings is configured${model ? `: ${model}` : ''}`)
    const made: LlmEmbeddings[] = []
    for (const batch of batchesOf(texts)) {
      const request = { purpose: EMBED_PURPOSE, texts: batch, dimensions: made[0]?.dimensions ?? dimensions }
      const { target, tried } = await askInTurn(deps, {
        purpose: EMBED_PURPOSE,
        route,
        attribution,
        signal,
        hasBegun: () => false,
        prepare: async (candidate) =>
          prepareEmbed(request, { target: candidate, limits: deps.limits, signal }),
      })
      made.push(toEmbeddings(target, tried.done))
      route = route.filter((candidate) => candidate.model === target.model)
    }
    return joined(made)
  }
}

function batchesOf(texts: readonly string[]): string[][] {
  const batches: string[][] = []
  let characters = 0
  for (const text of texts) {
    const last = batches.at(-1)
    characters += text.length
    if (last && last.length < MAX_BATCH_TEXTS && characters <= MAX_BATCH_CHARACTERS) last.push(text)
    else {
      batches.push([text])
      characters = text.length
    }
  }
  return batches
}

function prepareEmbed(
  request: EmbedRequest,
  {
    target: { provider, model, capabilities },
    limits: { firstTokenMs, idleMs },
    signal,
  }: { target: LlmTarget; limits: LlmLimits; signal: AbortSignal | undefined },
): Prepared<EmbedAnswer> {
  const { embed } = provider
  if (!embed) throw llmUnsupported(`${provider.name} has no embeddings: name another for '${EMBED_PURPOSE}'`)
  if (capabilities && !capabilities.embeddings) throw llmUnsupported(`${model} makes no embeddings`)
  const failedUsage = provider.scripted ? NO_USAGE : UNKNOWN_USAGE
  return {
    operation: 'embeddings',
    fields: { dimensions: request.dimensions },
    fieldsOf: () => ({}),
    run: async (totalMs) => {
      const startedAtMs = performance.now()
      const elapsedMs = () => Math.round(performance.now() - startedAtMs)
      // One answer that comes whole: until its first byte and through it.
      const limits = startTimeLimits({ totalMs, firstTokenMs: firstTokenMs + idleMs, idleMs }, signal)
      const common = { model, firstTokenMs: null, providerRequestId: null }
      try {
        const done = await untilAborted(embed(request, { model, signal: limits.signal }), limits.signal)
        return { ...common, ...(await toCompleted(request, done)), durationMs: elapsedMs() }
      } catch (caught) {
        const error = limits.signal.aborted ? limits.signal.reason : caught
        const providerRequestId = requestIdOf(error) ?? null
        const outcome = outcomeOf(error)
        return { ...common, outcome, error, usage: failedUsage, providerRequestId, durationMs: elapsedMs() }
      } finally {
        limits.stop()
      }
    },
  }
}

type Completed = Pick<Tried<EmbedAnswer>, 'model' | 'usage' | 'providerRequestId'> & {
  outcome: 'completed'
  done: EmbedAnswer
}

async function toCompleted(request: EmbedRequest, done: EmbedAnswer): Promise<Completed> {
  requireVectors(request, done)
  const messages = request.texts.map((text) => ({ role: 'user' as const, text }))
  const usage =
    done.usage.basis === 'unknown' || !isBelievable(done.usage, '')
      ? await estimatedUsage(messages, { text: '', inputTokens: undefined })
      : done.usage
  return {
    outcome: 'completed',
    done,
    usage,
    model: done.model,
    providerRequestId: done.providerRequestId ?? null,
  }
}

/** A distance to what is no vector is NaN, and sorts anywhere. */
function requireVectors({ texts, dimensions }: EmbedRequest, { vectors }: EmbedAnswer): void {
  const length = dimensions ?? vectors[0]?.length ?? 0
  const isUsable = (vector: number[]) =>
    vector.length === length && vector.every(Number.isFinite) && vector.some((value) => value !== 0)
  if (vectors.length !== texts.length || length === 0 || !vectors.every(isUsable)) {
    throw llmBadResponse(`not ${texts.length} vectors of ${length} numbers`)
  }
}

function outcomeOf(error: unknown): 'aborted' | 'timed_out' | 'failed' {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'llm.aborted') return 'aborted'
  return code === 'llm.timed_out' ? 'timed_out' : 'failed'
}

const toEmbeddings = ({ provider, model }: LlmTarget, { vectors }: EmbedAnswer): LlmEmbeddings => ({
  vectors,
  provider: provider.name,
  model,
  dimensions: vectors[0]?.length ?? 0,
})

function joined(made: LlmEmbeddings[]): LlmEmbeddings {
  const [first] = made
  if (!first) throw llmNothingToEmbed()
  return { ...first, vectors: made.flatMap(({ vectors }) => vectors) }
}
