import { readFile } from 'node:fs/promises'
import { passthrough } from 'msw'
import { HttpResponse, http } from 'msw/http'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Ledger, LlmCallFinished, LlmCallStarted } from '#engines/llm/gateway.ts'

export type VendorRequest = { url: string; headers: Headers; body: unknown }

export type VendorStub = {
  /** Answers the next requests with a file of `fixtures/llm`, the last one for ever. */
  answers(...fixtures: string[]): void
  /** Fails the next requests with a status and an error body. */
  fails(status: number, fixture: string, headers?: Record<string, string>): void
  requests: VendorRequest[]
}

/**
 * Both vendors at their public addresses. Loopback passes through; any other request, and one to a vendor that was
 * given no answer, fails the test that made it.
 */
export function stubLlmVendors(): { openai: VendorStub; anthropic: VendorStub } {
  const unprepared: string[] = []
  const server = setupServer(
    http.all('http://127.0.0.1:*/*', () => passthrough()),
    http.all('http://localhost:*/*', () => passthrough()),
  )
  beforeAll(() =>
    server.listen({
      async onUnhandledFrame({ frame, defaults }) {
        unprepared.push(await frame.getUnhandledMessage())
        return defaults.error()
      },
    }),
  )
  const openai = createVendorStub(server, 'https://api.openai.com/v1/chat/completions')
  const anthropic = createVendorStub(server, 'https://api.anthropic.com/v1/messages')
  afterEach(() => {
    server.resetHandlers()
    openai.requests.length = 0
    anthropic.requests.length = 0
    const requests = unprepared.splice(0)
    if (requests.length > 0) throw new Error(`Nobody prepared an answer: ${requests.join('\n')}`)
  })
  afterAll(() => server.close())
  return { openai, anthropic }
}

function createVendorStub(server: ReturnType<typeof setupServer>, url: string): VendorStub {
  const requests: VendorRequest[] = []
  const answerWith = (respond: (index: number) => Promise<HttpResponse<string>>) => {
    let count = 0
    server.use(
      http.post(url, async ({ request }) => {
        requests.push({ url: request.url, headers: request.headers, body: await request.clone().json() })
        return respond(count++)
      }),
    )
  }
  return {
    requests,
    answers(...fixtures) {
      answerWith(async (index) => {
        const fixture = fixtures[Math.min(index, fixtures.length - 1)] ?? ''
        return new HttpResponse(await readLlmFixture(fixture), {
          headers: {
            'content-type': fixture.endsWith('.sse') ? 'text/event-stream; charset=utf-8' : 'text/html',
            'x-request-id': 'req_stub',
            'request-id': 'req_stub',
          },
        })
      })
    },
    fails(status, fixture, headers) {
      answerWith(async () => {
        const ids = { 'x-request-id': 'req_stub', 'request-id': 'req_stub' }
        const contentType = fixture.endsWith('.json') ? 'application/json' : 'text/html'
        const init = { status, headers: { 'content-type': contentType, ...ids, ...headers } }
        return new HttpResponse(await readLlmFixture(fixture), init)
      })
    },
  }
}

export const readLlmFixture = (name: string) =>
  readFile(new URL(`../../fixtures/llm/${name}`, import.meta.url), 'utf8')

export type MemoryLedger = Ledger & {
  /** One per attempt, in order; without `finished` when the attempt has not ended. */
  rows: { started: LlmCallStarted; finished?: LlmCallFinished }[]
}

export function createMemoryLedger(): MemoryLedger {
  const rows: MemoryLedger['rows'] = []
  return {
    rows,
    async started(entry) {
      rows.push({ started: entry })
    },
    async finished(entry) {
      const row = rows.find(({ started }) => started.callId === entry.callId)
      if (!row) throw new Error(`Call ${entry.callId} was never started`)
      row.finished = entry
    },
  }
}
