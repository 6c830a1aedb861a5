import { describe, expect, test } from 'vitest'
import {
  connectGateway,
  OPENAI_FORMAT,
  startStubLlmServer,
  streams,
  VENDORS,
} from '#test/support/stub-llm-server.ts'

const [openAi] = VENDORS.filter(({ name }) => name === 'openai')
if (!openAi) throw new Error('no vendor with the format of OpenAI')

const chunk = (rest: object) => `data: ${JSON.stringify({ model: 'stub-1', ...rest })}\n\n`
const finish = (reason: string) => chunk({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })
const usage = (counts: object) => chunk({ choices: [], usage: counts })
const USAGE = usage({ prompt_tokens: 50, completion_tokens: 5, total_tokens: 55 })
const DONE = 'data: [DONE]\n\n'

async function ask(body: string, then: 'end' | 'stall' | 'reset' = 'end') {
  await using server = await startStubLlmServer()
  server.answers(streams(OPENAI_FORMAT.begin + body, then))
  const { reply, ledger, deltas } = connectGateway(openAi as (typeof VENDORS)[number], server)
  const answer = await reply()
  const closed = then === 'stall' ? await server.requests[0]?.closed : undefined
  return { answer, deltas, closed, asked: server.requests.length, row: ledger.rows[0]?.finished }
}

const HELLO = OPENAI_FORMAT.delta('Hello there.')

describe('servers that speak the format of OpenAI in their own way', () => {
  test.each([
    ['eos', 'stop'],
    ['eos_token', 'stop'],
    ['EOS', 'stop'],
    ['stop_sequence', 'stop'],
    ['end_turn', 'stop'],
    ['', 'stop'],
    ['max_tokens', 'length'],
    ['MAX_TOKENS', 'length'],
    ['model_length', 'length'],
    ['SAFETY', 'filtered'],
  ])('an end called %j is %s, and the usage is kept (faults.md C18)', async (reason, expected) => {
    const { answer, asked } = await ask(HELLO + finish(reason) + USAGE + DONE)

    expect(answer).toMatchObject({
      text: 'Hello there.',
      finish: expected,
      usage: { basis: 'reported', inputTokens: 50, outputTokens: 5 },
    })
    expect(asked).toBe(1)
  })

  test.each(['error', 'abort', 'tool_calls', 'cancelled'])(
    'an end called %j is a failure',
    async (reason) => {
      await expect(ask(HELLO + finish(reason) + USAGE + DONE)).rejects.toMatchObject({
        code: 'llm.bad_response',
      })
    },
  )

  test('an empty end name where the stream was cut is no end', async () => {
    await expect(ask(HELLO + finish(''))).rejects.toMatchObject({ code: 'llm.bad_response' })
  })

  test.each(['data:\n\n', 'data: \n\n', 'event: ping\ndata:\n\n'])(
    'an event without data, %j, says nothing (faults.md C19)',
    async (empty) => {
      const { answer, asked } = await ask(empty + HELLO + empty + finish('stop') + USAGE + empty + DONE)
      expect([answer.text, answer.usage.basis, asked]).toEqual(['Hello there.', 'reported', 1])
    },
  )

  test.each(['stall', 'reset'] as const)(
    'a reply whose finish and usage came is whole, and the connection is closed: %s (faults.md C20)',
    async (then) => {
      const { answer, closed, asked } = await ask(HELLO + finish('stop') + USAGE, then)
      expect(answer).toMatchObject({ text: 'Hello there.', finish: 'stop', usage: { basis: 'reported' } })
      expect(closed).toBe(then === 'stall' ? 'cut' : undefined)
      expect(asked).toBe(1)
    },
  )

  test('a finish after which no usage comes is whole too, and estimated (faults.md C20)', async () => {
    const { answer } = await ask(HELLO + finish('stop'), 'stall')
    expect(answer).toMatchObject({ finish: 'stop', usage: { basis: 'estimated' } })
  })

  test.each([
    ['all zero', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
    ['no output', { prompt_tokens: 50, completion_tokens: 0, total_tokens: 50 }],
    ['no input', { prompt_tokens: 0, completion_tokens: 5, total_tokens: 5 }],
    ['a total below its parts', { prompt_tokens: 50, completion_tokens: 5, total_tokens: 20 }],
  ])('a usage of %s beside a text is not believed but estimated (faults.md C21)', async (_, counts) => {
    const { answer, row } = await ask(HELLO + finish('stop') + usage(counts) + DONE)
    expect(answer.usage.basis).toBe('estimated')
    expect(answer.usage.inputTokens).toBeGreaterThan(0)
    expect(answer.usage.outputTokens).toBeGreaterThan(0)
    expect(row?.usage).toEqual(answer.usage)
  })

  test.each([
    ['by the total', { prompt_tokens: 50, completion_tokens: 5, total_tokens: 355 }, 305],
    [
      'with both',
      {
        prompt_tokens: 50,
        completion_tokens: 5,
        total_tokens: 355,
        completion_tokens_details: { reasoning_tokens: 300 },
      },
      305,
    ],
    [
      'without a total',
      {
        prompt_tokens: 50,
        completion_tokens: 5,
        completion_tokens_details: { reasoning_tokens: 300 },
      },
      305,
    ],
    [
      'inside the completion, as OpenAI does',
      {
        prompt_tokens: 50,
        completion_tokens: 305,
        total_tokens: 355,
        completion_tokens_details: { reasoning_tokens: 300 },
      },
      305,
    ],
  ])('reasoning counted %s is billed (faults.md C22)', async (_, counts, outputTokens) => {
    const { answer } = await ask(HELLO + finish('stop') + usage(counts) + DONE)
    expect(answer.usage).toMatchObject({ basis: 'reported', inputTokens: 50, outputTokens })
  })

  test('a thought is neither shown nor kept, and is counted where the server counts nothing (faults.md C17)', async () => {
    const thought = ['<thi', 'nk>', 'They want coffee. '.repeat(20), '</th', 'ink>', '\n\nSure', '!']
    const { answer, deltas } = await ask(thought.map(OPENAI_FORMAT.delta).join('') + finish('stop') + DONE)
    expect([answer.text, deltas.join('')]).toEqual(['Sure!', 'Sure!'])
    expect(answer.usage.basis).toBe('estimated')
    expect(answer.usage.outputTokens).toBeGreaterThan(60)
  })
})
