import type { z } from 'zod'
import { placedResponses, type RuleFault, VariationOutline } from './variation-outline.ts'
import { checkTests } from './variation-tests.ts'

/** What one part of a variation file promises to another. Takes whatever could be read of the file. */
export function checkVariationRules(value: unknown, context: z.RefinementCtx): void {
  const outline = VariationOutline.safeParse(value)
  if (!outline.success) return
  for (const rule of [checkGoals, checkResponses, checkMistakes, checkSupport, checkTests]) {
    for (const fault of rule(outline.data)) context.addIssue({ code: 'custom', ...fault })
  }
}

function* checkGoals({ goals = [], ideal_responses, limits }: VariationOutline): Generator<RuleFault> {
  yield* repeated(goals.map(({ id }) => id)).map((index) => ({
    path: ['goals', index, 'id'],
    message: `goal '${goals[index]?.id}' is given twice`,
  }))
  for (const [index, { id }] of goals.entries()) {
    if (ideal_responses && !ideal_responses.some(({ goal }) => goal === id)) {
      yield { path: ['goals', index], message: `goal '${id}' has no ideal response` }
    }
  }
  if (limits && limits.max_turns < goals.length) {
    const message = `must leave a turn for each of the ${goals.length} goals`
    yield { path: ['limits', 'max_turns'], message }
  }
}

function* checkResponses(outline: VariationOutline): Generator<RuleFault> {
  const responses = placedResponses(outline)
  const goalIds = outline.goals?.map(({ id }) => id)
  for (const { path, goal } of responses) {
    if (goalIds && !goalIds.includes(goal)) {
      yield {
        path: [...path, 'goal'],
        message: `'${goal}' is no goal of this variation (${goalIds.join(', ')})`,
      }
    }
  }
  for (const index of repeated(responses.map(({ text, goal }) => `${goal}:${inWords(text)}`))) {
    const path = [...(responses[index]?.path ?? []), 'text']
    yield {
      path,
      message: 'says the same as an earlier response for this goal: only the first could ever be matched',
    }
  }
}

function* checkMistakes(outline: VariationOutline): Generator<RuleFault> {
  const responses = placedResponses(outline).map(({ text }) => ({ text, words: inWords(text) }))
  for (const [index, { says }] of (outline.common_mistakes ?? []).entries()) {
    const mistaken = inWords(says)
    const accepted = responses.find(({ words }) => words.includes(mistaken))
    if (accepted) {
      const message = `also stands in the accepted response '${accepted.text}', which would be corrected for it`
      yield { path: ['common_mistakes', index, 'says'], message }
    }
  }
}

function* checkSupport({
  hint_levels = [],
  vocabulary_support = [],
}: VariationOutline): Generator<RuleFault> {
  for (const [index, { level }] of hint_levels.entries()) {
    if (level !== index + 1) {
      yield {
        path: ['hint_levels', index, 'level'],
        message: `must be ${index + 1}: levels count from 1 in order`,
      }
    }
  }
  for (const index of repeated(vocabulary_support.map(({ word }) => word.toLowerCase()))) {
    yield { path: ['vocabulary_support', index, 'word'], message: 'is given twice' }
  }
}

/** The indexes of entries that stood earlier in the list already. */
const repeated = (keys: readonly string[]) =>
  keys.flatMap((key, index) => (keys.indexOf(key) < index ? [index] : []))

/** Word for word, articles too: leaving one out is a mistake that authors write down. */
const inWords = (text: string) => ` ${(text.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? []).join(' ')} `
