import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import type { LlmTarget } from '#engines/llm/gateway.ts'
import type { LlmProvider } from '#engines/llm/provider.ts'
import { createAnthropicProvider } from '#engines/llm/providers/anthropic.ts'
import { createOpenAiProvider } from '#engines/llm/providers/openai.ts'
import { createScriptedProvider } from '#engines/llm/providers/scripted.ts'
import type { ModelRoute, ModelRoutes, ProviderConfig } from '#platform/model-routes.ts'

/** The models to ask for each purpose, through one client for each provider. */
export function createRouteFor({
  providers,
  routes,
}: ModelRoutes): (purpose: string) => readonly LlmTarget[] {
  const connected = new Map(
    Object.entries(providers).map(([name, provider]) => [name, createProvider(name, provider)]),
  )
  const toTargets = (route: ModelRoute): LlmTarget[] =>
    route.flatMap(({ provider: name, model }) => {
      const provider = connected.get(name)
      return provider ? [{ provider, model }] : []
    })
  const targets = new Map(Object.entries(routes).map(([purpose, route]) => [purpose, toTargets(route)]))
  return (purpose) => targets.get(purpose) ?? targets.get('default') ?? []
}

function createProvider(name: string, config: ProviderConfig): LlmProvider {
  if (config.kind === 'scripted') return createScriptedProvider()
  const { apiKey, baseUrl: baseURL } = config
  const options = { apiKey, ...(baseURL ? { baseURL } : {}) }
  if (config.kind === 'openai') return createOpenAiProvider(new OpenAI(options), name)
  return createAnthropicProvider(new Anthropic(options), name)
}
