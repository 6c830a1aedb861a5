import { expect, test } from 'vitest'
import { createUploadBudget } from './upload-budget.ts'

const full = expect.objectContaining({ kind: 'unavailable', code: 'upload.too_many', retryAfterS: 2 })

test('an app has half of the uploads, and the other half stays for others (faults.md H7)', () => {
  const budget = createUploadBudget({ total: 4, perLearner: 4 })
  budget.open({ appId: 'greedy', userId: 'a' })
  budget.open({ appId: 'greedy', userId: 'b' })

  expect(() => budget.open({ appId: 'greedy', userId: 'c' })).toThrow(full)
  expect(() => budget.open({ appId: 'modest', userId: 'd' })).not.toThrow()
})

test('a learner has its own number, and may go on when one has ended (faults.md H7)', () => {
  const budget = createUploadBudget({ total: 20, perLearner: 1 })
  const learner = { appId: 'app', userId: 'a' }
  const close = budget.open(learner)
  expect(() => budget.open(learner)).toThrow(full)
  expect(() => budget.open({ appId: 'app', userId: 'b' })).not.toThrow()
  close()

  expect(() => budget.open(learner)).not.toThrow()
})
