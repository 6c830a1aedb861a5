import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import type { Complete } from '#engines/llm/complete.ts'
import { llmAborted, llmUnavailable } from '#engines/llm/errors.ts'
import type { LlmFinish, LlmRequest } from '#engines/llm/provider.ts'
import { createAskStructured } from '#engines/llm/structured.ts'
import { NO_USAGE } from '#engines/llm/usage.ts'

const schema = z.strictObject({ score: z.int().min(0).max(100), reason: z.string().nullable() })
const attribution = { appId: 'app-1', userId: 'user-1', turnId: 'turn-1' }

/** Answers in turn, and keeps what was asked. */
function ask(...answers: (string | Error | { text: string; finish: LlmFinish })[]) {
  const requests: LlmRequest[] = []
  const complete: Complete = async (request) => {
    requests.push(request)
    const answer = answers[requests.length - 1] ?? new Error('No more answers')
    if (answer instanceof Error) throw answer
    const { text, finish } = typeof answer === 'string' ? { text: answer, finish: 'stop' as const } : answer
    return { text, finish, provider: 'stub', model: 'stub-1', scripted: false, usage: NO_USAGE }
  }
  const messages = [{ role: 'user' as const, text: 'I goed home.' }]
  const request = { purpose: 'practice.judge', maxOutputTokens: 200, messages, name: 'judgement', schema }
  return { requests, answer: createAskStructured(complete)(request, { attribution }) }
}

test('an answer that fits is its value, and the format goes with the request', async () => {
  const { requests, answer } = ask('{"score": 80, "reason": null}')

  expect(await answer).toMatchObject({ value: { score: 80, reason: null }, reply: { model: 'stub-1' } })
  expect(requests[0]?.output).toMatchObject({
    name: 'judgement',
    schema: { type: 'object', required: ['score', 'reason'], additionalProperties: false },
  })
})

test('marks of code around the JSON are taken away', async () => {
  expect(await ask('```json\n{"score": 1, "reason": "x"}\n```').answer).toMatchObject({ value: { score: 1 } })
})

describe('an answer that does not fit is asked for once more (faults.md C14)', () => {
  test.each([
    ['prose around it', 'Sure! {"score": 80, "reason": null} Hope that helps.', /not JSON alone/],
    ['a score out of range', '{"score": 900, "reason": null}', /score/],
    ['a missing key', '{"score": 80}', /reason/],
    ['a key too many', '{"score": 80, "reason": null, "praise": "Well done"}', /praise/],
    ['nothing', '', /not JSON alone/],
  ])('%s', async (_, text, complaint) => {
    const { requests, answer } = ask(text, '{"score": 70, "reason": null}')

    expect(await answer).toMatchObject({ value: { score: 70 } })
    expect(requests).toHaveLength(2)
    expect(requests[1]?.messages.at(-1)).toMatchObject({
      role: 'user',
      text: expect.stringMatching(complaint),
    })
  })

  test('and when that does not fit either, there is no value', async () => {
    expect(await ask('no', 'no').answer).toMatchObject({ value: null, reason: 'llm.unfit_answer' })
  })
})

test.each(['refused', 'filtered'] as const)(
  'a judgement that was %s is not asked for again',
  async (finish) => {
    const { requests, answer } = ask({ text: '', finish })

    expect(await answer).toMatchObject({ value: null, reason: `llm.${finish}` })
    expect(requests).toHaveLength(1)
  },
)

test('a call that may not be made is a reason too, also when it was to mend an answer', async () => {
  const spent = new AppError('too_many', 'budget.spent', 'Spent')
  const refused = { value: null, reason: 'budget.spent', reply: undefined }

  expect(await ask(spent).answer).toEqual(refused)
  expect(await ask('no', spent).answer).toEqual(refused)
})

test('a model that cannot be reached is a reason; a caller who gives up is an error', async () => {
  expect(await ask(llmUnavailable(undefined)).answer).toMatchObject({
    value: null,
    reason: 'llm.unavailable',
  })
  await expect(ask(llmAborted(undefined)).answer).rejects.toMatchObject({ code: 'llm.aborted' })
  await expect(ask(new Error('a defect')).answer).rejects.toThrow('a defect')
})
