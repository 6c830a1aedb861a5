import express from 'express'
import { expect, test } from 'vitest'
import { endpoint } from './endpoint.ts'
import { errorHandler } from './error-handler.ts'
import { listen } from './listen.ts'
import { mountEndpoints } from './mount.ts'
import { createRateLimit } from './rate-limit.ts'
import { createUploadBudget } from './upload-budget.ts'

test('a POST that does not say what it does with keys refuses them (faults.md B11)', async () => {
  const silent = endpoint({
    method: 'post',
    path: '/things',
    operationId: 'makeThing',
    tag: 'Things',
    summary: 'Makes a thing',
    answers: { 201: { description: 'Made' } },
    handle: async ({ res }) => void res.status(201).json({}),
  })
  const app = express()
    .use(
      mountEndpoints(
        {
          authenticator: {
            authenticate: async () => ({ identity: { appId: 'app', apiKeyId: 'key' }, mayAct: true }),
            presume: () => undefined,
            loadKeys: async () => {},
          },
          rateLimit: createRateLimit({ perApp: 0, perUser: 0, streamsPerUser: 0 }),
          uploads: {
            directory: '',
            limits: { maxBytes: 1, timeoutMs: 1, minBytesPerSecond: 0, rateWindowMs: 1 },
            budget: createUploadBudget({ total: 1, perLearner: 1 }),
          },
        },
        [silent],
      ),
    )
    .use(errorHandler(() => {}))
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  try {
    const post = (headers: Record<string, string>) =>
      fetch(`${server.url}/things`, { method: 'POST', headers })

    const refused = await post({ 'Idempotency-Key': 'key-1' })

    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({
      code: 'idempotency.not_supported',
      errors: [{ path: 'Idempotency-Key' }],
    })
    expect((await post({})).status).toBe(201)
  } finally {
    await server.close(0)
  }
})
