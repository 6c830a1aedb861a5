import { describe, expect, test } from 'vitest'
import { createGateway } from '#engines/llm/gateway.ts'
import type { Script } from '#engines/llm/provider.ts'
import { createScriptedProvider } from '#engines/llm/providers/scripted.ts'
import { NO_USAGE } from '#engines/llm/usage.ts'
import { createMemoryLedger } from '#test/support/llm-stubs.ts'

const attribution = { appId: 'app-1', userId: 'user-1', turnId: null }

const SCRIPT: Script = {
  exchanges: [
    {
      says: 'Can I get an iced americano, please?',
      reply: 'Sure! One iced americano.  Anything else for you today?',
    },
    { says: "I'd like to pay by card.", reply: 'Of course.' },
  ],
  otherwise: ['Sorry, could you say that again?', 'I did not quite get that.'],
  misses: 0,
}

function say(text: string, script: Script | undefined = SCRIPT) {
  const ledger = createMemoryLedger()
  const complete = createGateway({
    routeFor: () => [{ provider: createScriptedProvider(), model: 'scripted' }],
    ledger,
    now: () => new Date('2026-11-21T09:00:00Z'),
  })
  const deltas: string[] = []
  const messages = [
    { role: 'user' as const, text: 'I would like to pay by card' },
    { role: 'assistant' as const, text: 'Of course.' },
    { role: 'user' as const, text },
  ]
  const request = { purpose: 'practice.reply', maxOutputTokens: 100, messages, ...(script ? { script } : {}) }
  const reply = complete(request, { attribution, onDelta: (shown) => deltas.push(shown) })
  return { reply, deltas, ledger }
}

describe('the scripted provider', () => {
  test('plays the line for what the learner said last, streamed, and says that it is scripted and free', async () => {
    const { reply, deltas, ledger } = say('can i get an iced americano')

    expect(await reply).toEqual({
      text: 'Sure! One iced americano.  Anything else for you today?',
      finish: 'stop',
      provider: 'scripted',
      model: 'scripted',
      scripted: true,
      usage: NO_USAGE,
    })
    expect(deltas).toEqual(['Sure! One iced americano.', '  Anything else for you', ' today?'])
    expect(ledger.rows[0]?.finished).toMatchObject({ outcome: 'completed', model: 'scripted' })
  })

  test.each([
    [0, 'Sorry, could you say that again?'],
    [1, 'I did not quite get that.'],
    [7, 'I did not quite get that.'],
  ])('after %i misses an unmatched turn gets the next line, the last one for ever', async (misses, line) => {
    const { reply } = say('The weather is lovely.', { ...SCRIPT, misses })

    expect((await reply).text).toBe(line)
  })

  test.each([
    ['no script', undefined],
    ['nothing to say', { exchanges: [], otherwise: [], misses: 0 }],
  ])('%s is a defect of the caller, not retried', async (_, script) => {
    const ledger = createMemoryLedger()
    const provider = createScriptedProvider()
    const complete = createGateway({
      routeFor: () => [{ provider, model: 'scripted' }],
      ledger,
      now: () => new Date(0),
    })
    const request = {
      purpose: 'turn.judge',
      maxOutputTokens: 100,
      messages: [],
      ...(script ? { script } : {}),
    }

    await expect(complete(request, { attribution })).rejects.toMatchObject({ code: 'llm.no_script' })
    expect(ledger.rows.map(({ finished }) => finished)).toMatchObject([
      { outcome: 'failed', usage: { basis: 'none' } },
    ])
  })
})
