import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { llmRejected, llmUnavailable } from '#engines/llm/errors.ts'
import { createGateway, type GatewayDeps } from '#engines/llm/gateway.ts'
import type { LlmEvent, LlmProvider, LlmUsage } from '#engines/llm/provider.ts'
import { createMemoryLedger } from '#test/support/llm-stubs.ts'

const USAGE: LlmUsage = { basis: 'reported', inputTokens: 50, cachedInputTokens: 0, outputTokens: 5 }

const end = (rest: Partial<Extract<LlmEvent, { type: 'end' }>> = {}): LlmEvent => ({
  type: 'end',
  finish: 'stop',
  usage: USAGE,
  model: 'model-1-exact',
  ...rest,
})

const delta = (text: string): LlmEvent => ({ type: 'delta', text })

type Step = LlmEvent | Error | 'hang'

/** Plays one list of steps for each attempt. `hang` never answers again, and ignores the signal. */
function createPlayer(...attempts: Step[][]): LlmProvider & { calls: number } {
  return {
    name: 'player',
    scripted: false,
    calls: 0,
    async *stream() {
      const steps = attempts[this.calls++]
      if (!steps) throw new Error('No steps for another attempt')
      for (const step of steps) {
        if (step === 'hang') await new Promise(() => undefined)
        else if (step instanceof Error) throw step
        else yield step
      }
    },
  }
}

const request = {
  purpose: 'practice.reply',
  maxOutputTokens: 100,
  messages: [{ role: 'user' as const, text: 'Hi' }],
}
const attribution = { appId: 'app-1', userId: 'user-1', turnId: 'turn-1', promptVersion: 'version-1' }
const startedAt = new Date('2026-11-21T09:00:00Z')

function connect(provider: LlmProvider, deps: Partial<GatewayDeps> = {}) {
  const ledger = createMemoryLedger()
  const pausesMs: number[] = []
  const complete = createGateway({
    provider,
    modelFor: (purpose) => `model-for-${purpose}`,
    ledger,
    now: () => startedAt,
    sleep: async (ms) => void pausesMs.push(ms),
    ...deps,
  })
  const outcomes = () => ledger.rows.map(({ finished }) => [finished?.outcome, finished?.errorCode])
  return { complete, ledger, outcomes, pausesMs }
}

describe('ledger', () => {
  test('a row stands before the request leaves and is completed when it has ended', async () => {
    const player = createPlayer([{ type: 'start', providerRequestId: 'req_1' }, delta('Hello.'), end()])
    const ledger = createMemoryLedger()
    const rowsWhenAsked: number[] = []
    const watched: LlmProvider = {
      ...player,
      stream(...args) {
        rowsWhenAsked.push(ledger.rows.length)
        return player.stream(...args)
      },
    }
    const { complete } = connect(watched, { ledger })

    const reply = await complete(request, { attribution })

    expect(reply).toEqual({
      text: 'Hello.',
      finish: 'stop',
      provider: 'player',
      model: 'model-1-exact',
      scripted: false,
      usage: USAGE,
    })
    expect(rowsWhenAsked).toEqual([1])
    expect(ledger.rows).toEqual([
      {
        started: {
          callId: expect.any(String),
          attempt: 1,
          purpose: 'practice.reply',
          provider: 'player',
          model: 'model-for-practice.reply',
          attribution,
          startedAt,
        },
        finished: {
          callId: ledger.rows[0]?.started.callId,
          userId: 'user-1',
          outcome: 'completed',
          errorCode: null,
          model: 'model-1-exact',
          usage: USAGE,
          firstTokenMs: expect.any(Number),
          durationMs: expect.any(Number),
          providerRequestId: 'req_1',
        },
      },
    ])
  })

  test('a ledger that cannot open a row keeps the request from leaving', async () => {
    const player = createPlayer([delta('Hello.'), end()])
    const down = new Error('database down')
    const { complete } = connect(player, {
      ledger: { started: () => Promise.reject(down), finished: () => Promise.resolve() },
    })

    await expect(complete(request, { attribution })).rejects.toBe(down)
    expect(player.calls).toBe(0)
  })

  test.each([
    ['a reply', [delta('Hello.'), end()]],
    ['a failure worth retrying', [llmUnavailable(undefined)]],
  ])('a ledger that cannot close the row of %s fails the call with its own error, once', async (_, steps) => {
    const player = createPlayer(steps, steps)
    const down = new Error('database down')
    const { complete } = connect(player, {
      ledger: { started: () => Promise.resolve(), finished: () => Promise.reject(down) },
    })

    await expect(complete(request, { attribution })).rejects.toBe(down)
    expect(player.calls).toBe(1)
  })

  test('an onDelta that throws is final, keeps its error and closes the row', async () => {
    const player = createPlayer([delta('Hello.'), end()])
    const { complete, outcomes } = connect(player)
    const defect = new TypeError('defect')
    const onDelta = () => {
      throw defect
    }

    await expect(complete(request, { attribution, onDelta })).rejects.toBe(defect)
    expect(outcomes()).toEqual([['partial', 'internal']])
  })
})

describe('retries', () => {
  test('a caller that reads nothing until the end gets a retry even after text had come', async () => {
    const player = createPlayer([delta('Hel'), llmUnavailable(undefined)], [delta('Hello.'), end()])
    const { complete, outcomes } = connect(player)

    expect(await complete(request, { attribution })).toMatchObject({ text: 'Hello.' })
    expect(outcomes()).toEqual([
      ['partial', 'llm.unavailable'],
      ['completed', null],
    ])
  })

  test('pauses are random up to a bound that doubles', async () => {
    const failure = [llmUnavailable(undefined)]
    const limits = { attempts: 4, backoffBaseMs: 100, backoffMaxMs: 300 }
    const player = createPlayer(failure, failure, failure, failure)
    const { complete, pausesMs } = connect(player, { limits, random: () => 0.5 })

    await expect(complete(request, { attribution })).rejects.toMatchObject({ code: 'llm.unavailable' })
    expect(pausesMs).toEqual([50, 100, 150])
  })

  test('a fault of the request is not retried', async () => {
    const player = createPlayer([llmRejected(undefined)])
    const { complete, pausesMs } = connect(player)

    await expect(complete(request, { attribution })).rejects.toMatchObject({ code: 'llm.rejected' })
    expect(pausesMs).toEqual([])
  })
})

describe('limits', () => {
  test('a provider that hangs and ignores the signal ends at the first-token limit', async () => {
    const { complete, outcomes } = connect(createPlayer(['hang']), {
      limits: { firstTokenMs: 20, attempts: 1 },
    })

    await expect(complete(request, { attribution })).rejects.toMatchObject({ code: 'llm.timed_out' })
    expect(outcomes()).toEqual([['timed_out', 'llm.timed_out']])
  })

  test('a total that passed is final, although attempts are left', async () => {
    const { complete, outcomes } = connect(createPlayer(['hang']), { limits: { totalMs: 20 } })

    await expect(complete(request, { attribution })).rejects.toMatchObject({ code: 'llm.timed_out' })
    expect(outcomes()).toEqual([['timed_out', 'llm.timed_out']])
  })

  test('a reply that drips without end ends at the total, however short its pauses', async () => {
    const dripping: LlmProvider = {
      name: 'dripping',
      scripted: false,
      async *stream() {
        for (;;) {
          yield delta('a')
          await new Promise((resolve) => setTimeout(resolve, 1))
        }
      },
    }
    const { complete, outcomes } = connect(dripping, { limits: { totalMs: 50 } })

    await expect(complete(request, { attribution })).rejects.toMatchObject({ code: 'llm.timed_out' })
    expect(outcomes()).toEqual([['partial', 'llm.timed_out']])
  })

  test('60,000 deltas of one byte are a reply; 200,000 are refused at 64 KiB (faults.md C12)', async () => {
    const letters = (count: number) => [...Array<LlmEvent>(count).fill(delta('a')), end()]
    const { complete, outcomes } = connect(createPlayer(letters(60_000), letters(200_000)))

    expect((await complete(request, { attribution })).text).toBe('a'.repeat(60_000))
    let shownBytes = 0
    const onDelta = ({ length }: string) => {
      shownBytes += length
    }
    await expect(complete(request, { attribution, onDelta })).rejects.toMatchObject({
      code: 'llm.bad_response',
    })
    expect(shownBytes).toBe(65_536)
    expect(outcomes()).toEqual([
      ['completed', null],
      ['partial', 'llm.bad_response'],
    ])
  })
})

describe('giving up', () => {
  test('a caller that gave up before leaves no row', async () => {
    const player = createPlayer([delta('Hello.'), end()])
    const { complete, ledger } = connect(player)

    const call = complete(request, { attribution, signal: AbortSignal.abort() })

    await expect(call).rejects.toMatchObject({ code: 'llm.aborted' })
    expect(ledger.rows).toEqual([])
    expect(player.calls).toBe(0)
  })

  test('a call that has ended lets go of the signal', async () => {
    const caller = new AbortController()
    const { complete } = connect(createPlayer([delta('Hello.'), end()]))

    await complete(request, { attribution, signal: caller.signal })

    expect(getEventListeners(caller.signal, 'abort')).toEqual([])
  })

  test('a caller that gives up during a pause is not kept waiting', async () => {
    const caller = new AbortController()
    const failing: LlmProvider = {
      name: 'failing',
      scripted: false,
      async *stream() {
        setImmediate(() => caller.abort())
        throw llmUnavailable(undefined, 20)
      },
    }
    const ledger = createMemoryLedger()
    const complete = createGateway({
      provider: failing,
      modelFor: () => 'model-1',
      ledger,
      now: () => startedAt,
    })

    const call = complete(request, { attribution, signal: caller.signal })

    await expect(call).rejects.toMatchObject({ code: 'llm.aborted' })
    expect(ledger.rows.map(({ finished }) => finished?.outcome)).toEqual(['failed'])
  })
})

describe('text', () => {
  test('a blank reply is no reply; a refusal may be blank', async () => {
    const player = createPlayer([end()], [delta(' \n'), end()], [end({ finish: 'refused' })])
    const { complete, outcomes } = connect(player)

    expect(await complete(request, { attribution })).toMatchObject({ text: '', finish: 'refused' })
    expect(outcomes()).toEqual([
      ['failed', 'llm.bad_response'],
      ['failed', 'llm.bad_response'],
      ['completed', null],
    ])
  })
})
