import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runMalgil } from '../support/malgil-process.ts'

test('malgil llm models says what each model of each purpose can do, and what its route says better', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'malgil-routes-')), 'models.yaml')
  await writeFile(
    file,
    `providers:
  openai: { kind: openai, api_key_env: KEY }
  own: { kind: openai, api_key_env: KEY, base_url: "http://127.0.0.1:9/v1" }
routes:
  default:
    - { provider: openai, model: gpt-4o-mini }
    - { provider: own, model: small-chat, capabilities: { structured: none, context_window: 8192 } }
`,
  )
  const env = { MALGIL_LLM_ROUTES: file, KEY: 'key-1' }

  const json = await runMalgil(['llm', 'models', '--json'], env)
  const table = await runMalgil(['llm', 'models'], env)

  expect(JSON.parse(json.stdout).models).toMatchObject([
    {
      purpose: 'default',
      place: 1,
      provider: 'openai',
      model: 'gpt-4o-mini',
      priceId: 'openai.gpt-4o-mini',
      capabilities: {
        structured: 'json_schema',
        contextWindow: 128_000,
        maxOutputTokens: 16_384,
        embeddings: false,
      },
    },
    {
      purpose: 'default',
      place: 2,
      model: 'small-chat',
      priceId: null,
      capabilities: { structured: 'none', contextWindow: 8192, maxOutputTokens: null },
    },
    { purpose: 'embed', place: 1, model: 'local-hash-384', capabilities: { embeddings: true } },
  ])
  expect(table.stdout).toMatch(/^default +2 +own +small-chat +yes +none +yes +unknown +8192 /m)
  expect(table.stdout).not.toContain('key-1')
})
