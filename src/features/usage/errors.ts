import { AppError } from '#base/errors.ts'
import type { BudgetScope } from './budget.ts'

const WHOSE: Record<BudgetScope, string> = { app: 'this app', user: 'this learner' }

/** Without amounts: what an app may spend is between it and the operator. */
export const budgetSpent = (scope: BudgetScope, retryAfterS: number) =>
  new AppError(
    'too_many',
    'usage.budget_spent',
    `The budget of ${WHOSE[scope]} for language models is spent for today; it starts anew at midnight UTC`,
    { retryAfterS },
  )

export const budgetEmpty = () =>
  new AppError('invalid', 'usage.budget_empty', 'A budget needs a soft or a hard limit')

export const amountInvalid = (what: string, given: string) =>
  new AppError(
    'invalid',
    'usage.amount_invalid',
    `${what} must be US dollars, 0 or more, with at most six decimals, such as 2.50: not '${given}'`,
  )

export const budgetOutOfOrder = (soft: string, hard: string) =>
  new AppError(
    'invalid',
    'usage.budget_out_of_order',
    `The soft limit (${soft} USD) must not be above the hard limit (${hard} USD)`,
  )

export const budgetNotFound = () =>
  new AppError('not_found', 'usage.budget_not_found', 'There is no such budget to clear')
