import { AppError } from '#base/errors.ts'
import { EMBED_PURPOSE } from '#engines/llm/embed.ts'
import { readConfig } from '#platform/config.ts'
import { type ModelRoutes, PROVIDER_KINDS } from '#platform/model-routes.ts'

type Environment = Record<string, string | undefined>

/**
 * The routes to test with: those of the environment, or one provider of them (`scripted`, `openai:gpt-6-luna`). A model
 * that is not named is the first that the routes name for that provider. Its embeddings stay as they are routed.
 */
export function chooseModels(environment: Environment, wanted: string | undefined): ModelRoutes {
  if (wanted === undefined) return readConfig(environment).llm
  const [name = '', ...rest] = wanted.split(':')
  const model = rest.join(':')
  if (name === 'scripted') return onlyRoute({ scripted: { kind: 'scripted' } }, name, name)
  const { providers, routes } = readConfig(environment).llm
  const provider = providers[name]
  if (!provider) return fromEnvironment(environment, name, model)
  const named = Object.values(routes)
    .flat()
    .find((route) => route.provider === name)?.model
  if (!(model || named)) throw noModel(name)
  const only = onlyRoute({ [name]: provider }, name, model || named || '')
  const embed = routes[EMBED_PURPOSE]?.filter((route) => route.provider === name) ?? []
  return embed.length === 0 ? only : { ...only, routes: { ...only.routes, [EMBED_PURPOSE]: embed } }
}

const onlyRoute = (providers: ModelRoutes['providers'], provider: string, model: string): ModelRoutes => ({
  providers,
  routes: { default: [{ provider, model }] },
})

/** A vendor that no route names, by the key of the environment. */
function fromEnvironment(environment: Environment, name: string, model: string): ModelRoutes {
  if (!PROVIDER_KINDS.some((kind) => kind === name)) {
    throw new AppError('invalid', 'content.no_provider', `No provider is called ${name}`)
  }
  const { MALGIL_LLM_ROUTES: _, ...others } = environment
  return readConfig({
    ...others,
    MALGIL_LLM_PROVIDER: name,
    ...(model === '' ? {} : { MALGIL_LLM_MODEL: model }),
  }).llm
}

const noModel = (name: string) =>
  new AppError('invalid', 'content.no_model', `Say which model of ${name}: --provider ${name}:<model>`)
