import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import type { GatewayDeps, LlmTarget } from '#engines/llm/gateway.ts'
import type { LlmProvider } from '#engines/llm/provider.ts'
import { createAnthropicProvider } from '#engines/llm/providers/anthropic.ts'
import { createOpenAiProvider } from '#engines/llm/providers/openai.ts'
import { createScriptedProvider } from '#engines/llm/providers/scripted.ts'
import type { ModelRoute, ModelRoutes, ProviderConfig } from '#platform/model-routes.ts'

/**
 * The models to ask for each purpose, through one client for each provider. What is configured for a purpose goes before
 * the model that a prompt names, and that one before the models for everything else.
 */
export function createRouteFor({ providers, routes }: ModelRoutes): GatewayDeps['routeFor'] {
  const connected = new Map(
    Object.entries(providers).map(([name, provider]) => [name, createProvider(name, provider)]),
  )
  const toTargets = (route: ModelRoute): LlmTarget[] =>
    route.flatMap(({ provider: name, model }) => {
      const provider = connected.get(name)
      return provider ? [{ provider, model }] : []
    })
  const targets = new Map(Object.entries(routes).map(([purpose, route]) => [purpose, toTargets(route)]))
  const preferred = (named = ''): LlmTarget[] => {
    const [, name = '', model = ''] = /^([^/]+)\/(.+)$/.exec(named) ?? []
    const provider = connected.get(name)
    return provider && !provider.scripted ? [{ provider, model }] : []
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

function createProvider(name: string, config: ProviderConfig): LlmProvider {
  if (config.kind === 'scripted') return createScriptedProvider()
  const { apiKey, baseUrl: baseURL } = config
  const options = { apiKey, ...(baseURL ? { baseURL } : {}) }
  if (config.kind === 'openai') return createOpenAiProvider(new OpenAI(options), name)
  return createAnthropicProvider(new Anthropic(options), name)
}
