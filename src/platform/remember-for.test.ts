import { expect, test } from 'vitest'
import { rememberFor } from './remember-for.ts'

function counted(outcome: () => Promise<string>) {
  const counter = { runs: 0, nowMs: 0 }
  const ask = rememberFor(
    () => {
      counter.runs += 1
      return outcome()
    },
    { forMs: 1_000, nowMs: () => counter.nowMs },
  )
  return { counter, ask }
}

test('many calls at once and in the next second run the task once (faults.md A18)', async () => {
  const { counter, ask } = counted(async () => 'ready')

  const answers = await Promise.all([ask(), ask(), ask()])
  counter.nowMs = 999
  answers.push(await ask())

  expect(answers).toEqual(['ready', 'ready', 'ready', 'ready'])
  expect(counter.runs).toBe(1)
})

test('after that second the task runs again', async () => {
  const { counter, ask } = counted(async () => 'ready')
  await ask()
  counter.nowMs = 1_000

  await ask()

  expect(counter.runs).toBe(2)
})

test('a failure is shared and remembered as well (faults.md A18)', async () => {
  const { counter, ask } = counted(async () => {
    throw new Error('gone')
  })

  await expect(ask()).rejects.toThrow('gone')
  counter.nowMs = 500
  await expect(ask()).rejects.toThrow('gone')

  expect(counter.runs).toBe(1)
})
