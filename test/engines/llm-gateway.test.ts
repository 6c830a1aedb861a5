import { getEventListeners } from 'node:events'
import { describe, expect, test, vi } from 'vitest'
import { AppError } from '#base/errors.ts'
import { createCircuits } from '#engines/llm/circuits.ts'
import { llmRejected, llmUnavailable } from '#engines/llm/errors.ts'
import { createGateway, type GatewayDeps } from '#engines/llm/gateway.ts'
import type { HearLlm, LlmEnd, LlmEvent, LlmProvider } from '#engines/llm/provider.ts'
import { reportedUsage } from '#engines/llm/usage.ts'
import { createMemoryLedger } from '#test/support/llm-stubs.ts'

const USAGE = reportedUsage({ inputTokens: 50, cachedInputTokens: 0, outputTokens: 5 })

const end = (rest: Partial<LlmEnd> = {}): LlmEnd => ({
  finish: 'stop',
  usage: USAGE,
  model: 'model-1-exact',
  ...rest,
})

const delta = (text: string): LlmEvent => ({ type: 'delta', text })

type Step = LlmEvent | LlmEnd | Error | 'hang'

async function play(step: Step, hear: HearLlm): Promise<LlmEnd | undefined> {
  if (step === 'hang') return new Promise(() => undefined)
  if (step instanceof Error) throw step
  if ('finish' in step) return step
  hear(step)
  return undefined
}

/** Plays one list of steps for each attempt. `hang` never answers again, and ignores the signal. */
function createPlayer(...attempts: Step[][]): LlmProvider & { calls: number } {
  return {
    name: 'player',
    scripted: false,
    calls: 0,
    async stream(_request, _call, hear) {
      const steps = attempts[this.calls++]
      if (!steps) throw new Error('No steps for another attempt')
      for (const step of steps) {
        const end = await play(step, hear)
        if (end) return end
      }
      throw new Error('The steps have no end')
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
    routeFor: (purpose) => [{ provider, model: `model-for-${purpose}` }],
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

  test('pauses are random up to a bound that doubles (faults.md C2)', async () => {
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
      async stream(_request, _call, hear) {
        for (;;) {
          hear(delta('a'))
          await new Promise((resolve) => setTimeout(resolve, 1))
        }
      },
    }
    const { complete, outcomes } = connect(dripping, { limits: { totalMs: 50 } })

    await expect(complete(request, { attribution })).rejects.toMatchObject({ code: 'llm.timed_out' })
    expect(outcomes()).toEqual([['partial', 'llm.timed_out']])
  })

  test('60,000 deltas of one byte are a reply; 200,000 are refused at 64 KiB (faults.md C12)', async () => {
    const letters = (count: number) => [...Array<Step>(count).fill(delta('a')), end()]
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
      async stream() {
        setImmediate(() => caller.abort())
        throw llmUnavailable(undefined, 20)
      },
    }
    const ledger = createMemoryLedger()
    const complete = createGateway({
      routeFor: () => [{ provider: failing, model: 'model-1' }],
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

describe('fallback', () => {
  const busy = () => createPlayer([llmUnavailable(undefined)], [llmUnavailable(undefined)])
  const named = (name: string, player: ReturnType<typeof createPlayer>) => Object.assign(player, { name })

  function connectAll(players: LlmProvider[], deps: Partial<GatewayDeps> = {}) {
    const route = players.map((provider) => ({ provider, model: `${provider.name}-model` }))
    return connect(players[0] ?? busy(), { routeFor: () => route, ...deps })
  }

  test('the next model answers when the first has been asked twice, and every attempt has its row (faults.md C2)', async () => {
    const second = named('second', createPlayer([delta('Hello.'), end({ model: 'second-exact' })]))
    const { complete, ledger } = connectAll([named('first', busy()), second])

    const reply = await complete(request, { attribution })

    expect(reply).toMatchObject({ text: 'Hello.', provider: 'second', model: 'second-exact' })
    expect(
      ledger.rows.map(({ started, finished }) => [
        started.attempt,
        started.provider,
        started.model,
        finished?.outcome,
      ]),
    ).toEqual([
      [1, 'first', 'first-model', 'failed'],
      [2, 'first', 'first-model', 'failed'],
      [3, 'second', 'second-model', 'completed'],
    ])
  })

  test('a refused request is not repeated but goes to the next model (faults.md C3)', async () => {
    const first = named('first', createPlayer([llmRejected(undefined)]))
    const { complete, pausesMs } = connectAll([
      first,
      named('second', createPlayer([delta('Hello.'), end()])),
    ])

    await expect(complete(request, { attribution })).resolves.toMatchObject({ provider: 'second' })
    expect(first.calls).toBe(1)
    expect(pausesMs).toEqual([])
  })

  test('a pause that a fallback makes needless is not waited for (faults.md C1)', async () => {
    const first = named('first', createPlayer([llmUnavailable(undefined, 10)]))
    const { complete, pausesMs } = connectAll([
      first,
      named('second', createPlayer([delta('Hello.'), end()])),
    ])

    await complete(request, { attribution })

    expect(first.calls).toBe(1)
    expect(pausesMs).toEqual([])
  })

  test('after the first delta nobody else is asked (faults.md C7)', async () => {
    const first = named('first', createPlayer([delta('Hel'), llmUnavailable(undefined)]))
    const second = named('second', createPlayer([delta('Hello.'), end()]))
    const { complete, outcomes } = connectAll([first, second])
    const deltas: string[] = []

    const call = complete(request, { attribution, onDelta: (text) => deltas.push(text) })

    await expect(call).rejects.toMatchObject({ code: 'llm.unavailable' })
    expect(deltas).toEqual(['Hel'])
    expect(second.calls).toBe(0)
    expect(outcomes()).toEqual([['partial', 'llm.unavailable']])
  })

  test('when all fail, the error of the last one asked is told', async () => {
    const { complete } = connectAll([
      named('first', busy()),
      named('second', createPlayer([llmRejected(undefined)])),
    ])

    await expect(complete(request, { attribution })).rejects.toMatchObject({ code: 'llm.rejected' })
  })
})

describe('permission', () => {
  const spent = new AppError('too_many', 'budget.spent', 'Spent')

  test('is asked for each attempt, for whom it is, before the attempt has a row', async () => {
    const story: string[] = []
    const ledger = createMemoryLedger()
    const first = createPlayer([llmUnavailable(undefined)], [llmUnavailable(undefined)])
    const second = { ...createPlayer([delta('Hello.'), end()]), name: 'second' }
    const { complete } = connect(first, {
      routeFor: () => [first, second].map((provider) => ({ provider, model: 'model-1' })),
      ledger: {
        ...ledger,
        async started(entry) {
          story.push(entry.provider)
          await ledger.started(entry)
        },
      },
      mayCall: async ({ userId }) => void story.push(userId),
    })

    await complete(request, { attribution })

    expect(story).toEqual(['user-1', 'player', 'user-1', 'player', 'user-1', 'second'])
  })

  test.each([
    ['at once', 0],
    ['between two attempts', 1],
    ['before the fallback', 2],
  ])(
    'that is refused %s ends the call with its own error: no pause, no row, no other model',
    async (_, allowed) => {
      const first = createPlayer([llmUnavailable(undefined)], [llmUnavailable(undefined)])
      const second = createPlayer([delta('Hello.'), end()])
      let asked = 0
      const { complete, ledger, pausesMs } = connect(first, {
        routeFor: () => [first, second].map((provider) => ({ provider, model: 'model-1' })),
        mayCall: async () => {
          asked += 1
          if (asked > allowed) throw spent
        },
      })

      await expect(complete(request, { attribution })).rejects.toBe(spent)
      expect(asked).toBe(allowed + 1)
      expect([first.calls, second.calls]).toEqual([allowed, 0])
      expect(ledger.rows).toHaveLength(allowed)
      expect(pausesMs).toHaveLength(Math.min(allowed, 1))
    },
  )

  test('is not asked for authored lines, which cost nothing', async () => {
    const scripted = { ...createPlayer([delta('Hello.'), end()]), scripted: true }
    const { complete } = connect(scripted, { mayCall: () => Promise.reject(spent) })

    await expect(complete(request, { attribution })).resolves.toMatchObject({ text: 'Hello.' })
  })

  test('that fails, even like an outage, is neither repeated nor counted against the model', async () => {
    const player = createPlayer([delta('Hello.'), end()])
    let isAway = true
    const { complete } = connect(player, {
      mayCall: async () => {
        if (isAway) throw llmUnavailable(undefined)
      },
    })
    for (let call = 0; call < 6; call += 1) {
      await expect(complete(request, { attribution })).rejects.toMatchObject({ code: 'llm.unavailable' })
    }
    isAway = false

    await expect(complete(request, { attribution })).resolves.toMatchObject({ text: 'Hello.' })
  })

  test('that is refused does not pass for the probe of a model that was down', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const player = createPlayer(...Array.from({ length: 5 }, () => [llmUnavailable(undefined)]))
      const states: string[] = []
      let isSpent = false
      const { complete } = connect(player, {
        limits: { attempts: 1 },
        circuits: createCircuits(undefined, ({ state }) => states.push(state)),
        mayCall: async () => {
          if (isSpent) throw spent
        },
      })
      const ask = () => complete(request, { attribution }).catch(({ code }) => code)
      for (let call = 0; call < 5; call += 1) await ask()
      vi.setSystemTime(Date.now() + 61_000)
      isSpent = true

      expect(await ask()).toBe('budget.spent')
      expect(states).toEqual(['open'])
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('circuit', () => {
  const down = () => Array.from({ length: 40 }, () => [llmUnavailable(undefined)])

  test('opens after five outages, refuses without asking, and recovers by one probe (faults.md C15)', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const player = createPlayer(...down().slice(0, 5), [delta('Back.'), end()], [delta('Yes.'), end()])
      const changes: string[] = []
      const { complete } = connect(player, {
        limits: { attempts: 1 },
        circuits: createCircuits(undefined, ({ key, state }) => changes.push(`${key} ${state}`)),
      })
      const ask = () => complete(request, { attribution }).catch(({ code }) => code)
      for (let call = 0; call < 5; call += 1) await ask()

      expect(await ask()).toBe('llm.unavailable')
      expect(player.calls).toBe(5)

      vi.setSystemTime(Date.now() + 61_000)
      const [probe, meanwhile] = await Promise.all([ask(), ask()])

      expect(probe).toMatchObject({ text: 'Back.' })
      expect(meanwhile).toBe('llm.unavailable')
      expect(await ask()).toMatchObject({ text: 'Yes.' })
      const key = 'player/model-for-practice.reply'
      expect(changes).toEqual([`${key} open`, `${key} half_open`, `${key} closed`])
    } finally {
      vi.useRealTimers()
    }
  })

  test('a model that is down does not keep the next one from answering', async () => {
    const second = createPlayer(...Array.from({ length: 8 }, () => [delta('Hello.'), end()]))
    const route = [
      { provider: createPlayer(...down()), model: 'down' },
      { provider: second, model: 'up' },
    ]
    const { complete, ledger } = connect(second, { routeFor: () => route })

    for (let call = 0; call < 8; call += 1) await complete(request, { attribution })

    expect(ledger.rows.filter(({ started }) => started.model === 'down')).toHaveLength(5)
    expect(ledger.rows.filter(({ finished }) => finished?.outcome === 'completed')).toHaveLength(8)
  })

  test('requests that were refused say nothing of the model', async () => {
    const player = createPlayer(...Array.from({ length: 9 }, () => [llmRejected(undefined)]))
    const { complete } = connect(player)

    for (let call = 0; call < 9; call += 1) {
      await expect(complete(request, { attribution })).rejects.toMatchObject({ code: 'llm.rejected' })
    }
    expect(player.calls).toBe(9)
  })
})
