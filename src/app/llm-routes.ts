import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { type Capabilities, capabilitiesOf } from '#engines/llm/capabilities.ts'
import { EMBED_PURPOSE } from '#engines/llm/embed.ts'
import type { GatewayDeps, LlmTarget } from '#engines/llm/gateway.ts'
import type { LlmProvider } from '#engines/llm/provider.ts'
import { createAnthropicProvider } from '#engines/llm/providers/anthropic.ts'
import { LOCAL_DIMENSIONS, localModelName } from '#engines/llm/providers/local-embedding.ts'
import { createOpenAiProvider } from '#engines/llm/providers/openai.ts'
import { createScriptedProvider } from '#engines/llm/providers/scripted.ts'
import type { ModelRoute, ModelRoutes, ProviderConfig, ProviderKind } from '#platform/model-routes.ts'

/**
 * The models to ask for each purpose, through one client for each provider. What is configured for a purpose goes before
 * the model that a prompt names, and that one before the models for everything else. Embeddings are made here by default.
 */
export function createRouteFor({ providers, routes }: ModelRoutes): GatewayDeps['routeFor'] {
  const connected = new Map(
    Object.entries(providers).map(([name, provider]) => [
      name,
      { provider: createProvider(name, provider), kind: provider.kind },
    ]),
  )
  const toTargets = (route: ModelRoute): LlmTarget[] =>
    route.flatMap(({ provider: name, ...target }) => {
      const found = connected.get(name)
      return found ? [{ ...found, ...target, capabilities: settleCapabilities(found.kind, target) }] : []
    })
  const targets = new Map(Object.entries(routes).map(([purpose, route]) => [purpose, toTargets(route)]))
  if (!targets.has(EMBED_PURPOSE)) targets.set(EMBED_PURPOSE, [localEmbeddings()])
  const preferred = (named = ''): LlmTarget[] => {
    const [, name = '', model = ''] = /^([^/]+)\/(.+)$/.exec(named) ?? []
    const found = connected.get(name)
    if (!found || found.provider.scripted) return []
    return [{ ...found, model, capabilities: capabilitiesOf(found.kind, model) }]
  }
  return (purpose, named) => {
    const configured = targets.get(purpose)
    if (configured) return configured
    const first = preferred(named)
    const others = targets.get('default') ?? []
    const isFirst = ({ provider, model }: LlmTarget) =>
      first.some((target) => target.provider === provider && target.model === model)
    return [...first, ...others.filter((target) => !isFirst(target))]
  }
}

/** What is known of the model, unless its route knows better. */
export const settleCapabilities = (
  kind: ProviderKind,
  { model, capabilities }: Pick<ModelRoute[number], 'model' | 'capabilities'>,
): Capabilities => ({ ...capabilitiesOf(kind, model), ...capabilities })

export const LOCAL_EMBEDDINGS = { provider: 'scripted', model: localModelName(LOCAL_DIMENSIONS) }

function localEmbeddings(): LlmTarget {
  const { model } = LOCAL_EMBEDDINGS
  const kind = 'scripted'
  return { provider: createScriptedProvider(), model, kind, capabilities: capabilitiesOf(kind, model) }
}

function createProvider(name: string, config: ProviderConfig): LlmProvider {
  if (config.kind === 'scripted') return createScriptedProvider()
  const { apiKey, baseUrl: baseURL } = config
  const options = { apiKey, ...(baseURL ? { baseURL } : {}) }
  if (config.kind === 'openai') return createOpenAiProvider(new OpenAI(options), name)
  return createAnthropicProvider(new Anthropic(options), name)
}
