import { expect, test } from 'vitest'
import { createSlots } from './slots.ts'

test('runs no more than the limit at once, in order, and frees the slot of a failed task', async () => {
  const slots = createSlots(2)
  const started: number[] = []
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
  const runs = gates.map((gate, index) =>
    slots.run(async () => {
      started.push(index)
      await gate.promise
    }),
  )
  await Promise.resolve()

  expect(started).toEqual([0, 1])
  expect(slots.waitingCount).toBe(2)

  gates[1]?.reject(new Error('broken'))
  await expect(runs[1]).rejects.toThrow('broken')
  await Promise.resolve()
  expect(started).toEqual([0, 1, 2])

  for (const gate of gates) gate.resolve()
  await Promise.allSettled(runs)
  expect(started).toEqual([0, 1, 2, 3])
  expect(slots.waitingCount).toBe(0)
})
