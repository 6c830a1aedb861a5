import { basename, dirname, resolve } from 'node:path'
import { z } from 'zod'
import { loadAuthoredYaml } from './authored/load-authored.ts'

export const PROVIDER_KINDS = ['openai', 'anthropic', 'scripted'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]

export type ProviderConfig =
  | { kind: 'scripted' }
  | { kind: Exclude<ProviderKind, 'scripted'>; apiKey: string; baseUrl: string | undefined }

/** What the operator knows better of a model, above all one on a server of their own. */
export type OwnCapabilities = {
  structured?: 'json_schema' | 'tool' | 'none'
  systemRole?: boolean
  maxOutputTokens?: number
  contextWindow?: number
  embeddings?: boolean
  seed?: boolean
  temperature?: boolean
  reasoning?: boolean
}

export type ModelRoute = readonly { provider: string; model: string; capabilities?: OwnCapabilities }[]

/** Providers by the name under which calls are booked, and the models to ask for each purpose, the preferred first. */
export type ModelRoutes = {
  providers: Record<string, ProviderConfig>
  /** `default` serves every purpose that has no route of its own. */
  routes: Record<string, ModelRoute> & { default: ModelRoute }
}

const Name = z.string().regex(/^[a-z][a-z0-9._-]{0,39}$/, 'must be small letters, digits, ".", "_" or "-"')
const EnvironmentName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable')
const Tokens = z.int().min(1).max(100_000_000)
const Capabilities = z
  .strictObject({
    structured: z.enum(['json_schema', 'tool', 'none']),
    system_role: z.boolean(),
    max_output_tokens: Tokens,
    context_window: Tokens,
    embeddings: z.boolean(),
    seed: z.boolean(),
    temperature: z.boolean(),
    reasoning: z.boolean(),
  })
  .partial()
const Target = z.strictObject({
  provider: Name,
  model: z.string().min(1).max(200),
  capabilities: Capabilities.optional(),
})
const Route = z.array(Target).min(1)

const Provider = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('scripted') }),
  z.strictObject({
    kind: z.enum(['openai', 'anthropic']),
    api_key_env: EnvironmentName,
    base_url: z.url().optional(),
  }),
])

const RoutesFile = z.strictObject({
  providers: z.record(Name, Provider),
  routes: z.object({ default: Route }).catchall(Route),
})

type Environment = Record<string, string | undefined>

/** The variables that a routes file takes its keys from; none where it has faults. */
export function keyNamesIn(path: string): string[] {
  const loaded = loadFile(path)
  if (!loaded.ok) return []
  return Object.values(loaded.value.providers).flatMap((provider) =>
    provider.kind === 'scripted' ? [] : [provider.api_key_env],
  )
}

/** The routes of a file, with keys from the environment, or everything that is wrong with it. */
export function readModelRoutes(path: string, environment: Environment): ModelRoutes | { faults: string[] } {
  const loaded = loadFile(path)
  if (!loaded.ok) return { faults: loaded.faults.map(describe) }
  const { providers, routes } = loaded.value
  const faults = [
    ...Object.entries(providers).flatMap(([name, provider]) =>
      provider.kind === 'scripted' || environment[provider.api_key_env]
        ? []
        : [loaded.faultAt(['providers', name, 'api_key_env'], `${provider.api_key_env} is not set`)],
    ),
    ...Object.entries(routes).flatMap(([purpose, route]) =>
      route.flatMap(({ provider }, at) =>
        providers[provider]
          ? []
          : [loaded.faultAt(['routes', purpose, at, 'provider'], `no provider is called ${provider}`)],
      ),
    ),
  ]
  if (faults.length > 0) return { faults: faults.map(describe) }
  return {
    providers: Object.fromEntries(
      Object.entries(providers).map(([name, provider]) => [name, withKey(provider, environment)]),
    ),
    routes: { ...mapRoutes(routes), default: toRoute(routes.default) },
  }
}

function loadFile(path: string) {
  const file = resolve(path)
  return loadAuthoredYaml(RoutesFile, dirname(file), basename(file))
}

const mapRoutes = (routes: Record<string, z.output<typeof Route>>) =>
  Object.fromEntries(Object.entries(routes).map(([purpose, route]) => [purpose, toRoute(route)]))

const toRoute = (route: z.output<typeof Route>): ModelRoute =>
  route.map(({ capabilities, ...target }) =>
    capabilities ? { ...target, capabilities: toCapabilities(capabilities) } : target,
  )

/** Only what was written: a key that is left out keeps what is known of the model. */
function toCapabilities({
  system_role: systemRole,
  max_output_tokens: maxOutputTokens,
  context_window: contextWindow,
  ...same
}: z.output<typeof Capabilities>): OwnCapabilities {
  const all = { ...same, systemRole, maxOutputTokens, contextWindow }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function withKey(provider: z.output<typeof Provider>, environment: Environment): ProviderConfig {
  if (provider.kind === 'scripted') return provider
  const { kind, base_url: baseUrl, api_key_env: key } = provider
  return { kind, apiKey: environment[key] ?? '', baseUrl }
}

const describe = (fault: { file: string; line: number; column: number; key: string; message: string }) =>
  `${fault.file}:${fault.line}:${fault.column} ${fault.key} ${fault.message}`
