import { describe, expect, test } from 'vitest'
import { chooseModels } from './choose-models.ts'

const OPENAI = { MALGIL_LLM_PROVIDER: 'openai', MALGIL_LLM_MODEL: 'small', OPENAI_API_KEY: 'k' }
const routeOf = (environment: Record<string, string>, wanted: string | undefined) =>
  chooseModels(environment, wanted).routes.default

describe('which models a test asks', () => {
  test.each([
    ['those of the environment', OPENAI, undefined, [{ provider: 'openai', model: 'small' }]],
    ['nobody without an environment', {}, undefined, [{ provider: 'scripted', model: 'scripted' }]],
    [
      'the scripted lines whatever the environment says',
      OPENAI,
      'scripted',
      [{ provider: 'scripted', model: 'scripted' }],
    ],
    ['the provider with its own model', OPENAI, 'openai', [{ provider: 'openai', model: 'small' }]],
    [
      'the provider with another model',
      OPENAI,
      'openai:ft:large',
      [{ provider: 'openai', model: 'ft:large' }],
    ],
    [
      'a vendor that only has a key',
      { OPENAI_API_KEY: 'k' },
      'openai:small',
      [{ provider: 'openai', model: 'small' }],
    ],
  ])('%s', (_, environment, wanted, route) => {
    expect(routeOf(environment, wanted)).toEqual(route)
  })

  test('a provider keeps its model for embeddings', () => {
    const environment = { ...OPENAI, MALGIL_EMBED_MODEL: 'vectors' }

    expect(chooseModels(environment, 'openai:large').routes).toEqual({
      default: [{ provider: 'openai', model: 'large' }],
      embed: [{ provider: 'openai', model: 'vectors' }],
    })
    expect(chooseModels(environment, 'scripted').routes).not.toHaveProperty('embed')
  })

  test.each([
    ['nobody', 'No provider is called nobody'],
    ['openai:small', 'OPENAI_API_KEY is needed'],
  ])('%s is refused where it cannot be asked', (wanted, message) => {
    expect(() => chooseModels({}, wanted)).toThrow(message)
  })
})
