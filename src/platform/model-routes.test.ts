import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readModelRoutes } from './model-routes.ts'

function read(yaml: string, environment: Record<string, string> = {}) {
  const path = join(mkdtempSync(join(tmpdir(), 'malgil-routes-')), 'models.yaml')
  writeFileSync(path, yaml)
  return readModelRoutes(path, environment)
}

test('providers get their keys from the environment, purposes their models in order', () => {
  const routes = read(
    `providers:
  vendor: { kind: openai, api_key_env: VENDOR_KEY }
  own-server: { kind: openai, api_key_env: OWN_KEY, base_url: "http://127.0.0.1:9/v1" }
routes:
  default:
    - { provider: vendor, model: big }
    - { provider: own-server, model: small }
  practice.reply: [{ provider: own-server, model: small }]
`,
    { VENDOR_KEY: 'key-1', OWN_KEY: 'key-2' },
  )

  expect(routes).toEqual({
    providers: {
      vendor: { kind: 'openai', apiKey: 'key-1', baseUrl: undefined },
      'own-server': { kind: 'openai', apiKey: 'key-2', baseUrl: 'http://127.0.0.1:9/v1' },
    },
    routes: {
      default: [
        { provider: 'vendor', model: 'big' },
        { provider: 'own-server', model: 'small' },
      ],
      'practice.reply': [{ provider: 'own-server', model: 'small' }],
    },
  })
})

test('a route says what its own server can do, in so far as it says anything', () => {
  const routes = read(`providers:
  own: { kind: scripted }
routes:
  default:
    - { provider: own, model: small, capabilities: { structured: none, context_window: 8192, system_role: false } }
    - { provider: own, model: big, capabilities: {} }
`)

  expect(routes).toMatchObject({
    routes: {
      default: [
        { model: 'small', capabilities: { structured: 'none', contextWindow: 8192, systemRole: false } },
        { model: 'big', capabilities: {} },
      ],
    },
  })
})

test('everything that is wrong is told in one run, with file, line, column and key', () => {
  const { faults } = read(`providers:
  vendor: { kind: openai, api_key_env: VENDOR_KEY }
routes:
  default:
    - { provider: nobody, model: big }
`) as { faults: string[] }

  expect(faults).toEqual([
    'models.yaml:2:40 providers.vendor.api_key_env VENDOR_KEY is not set',
    'models.yaml:5:19 routes.default.0.provider no provider is called nobody',
  ])
})

test.each([
  ['no default route', 'providers: { a: { kind: scripted } }\nroutes: {}\n', /routes\.default/],
  ['a key in the file', 'providers: { a: { kind: openai, api_key: x } }\nroutes: {}\n', /api_key/],
  [
    'a capability that is none',
    'providers: { a: { kind: scripted } }\nroutes: { default: [{ provider: a, model: b, capabilities: { size: 3 } }] }\n',
    /routes\.default\.0\.capabilities/,
  ],
  ['a missing file', undefined, /models\.yaml/],
])('%s is a fault', (_, yaml, expected) => {
  const result = yaml === undefined ? readModelRoutes('/nowhere/models.yaml', {}) : read(yaml)

  expect(result).toEqual({ faults: expect.arrayContaining([expect.stringMatching(expected)]) })
})
