import type { z } from 'zod'
import { placedResponses, type RuleFault, VariationOutline } from './variation-outline.ts'
import { checkTests } from './variation-tests.ts'

/**
 * What one part of a variation file promises to another. Takes whatever could be read of the file: where the context has
 * issues already, `value` may be anything.
 */
export function checkVariationRules(value: VariationOutline, context: z.RefinementCtx): void {
  const outline = context.issues.length === 0 ? value : VariationOutline.safeParse(value).data
  if (!outline) return
  const responses = placedResponses(outline).map((response) => ({
    ...response,
    words: inWords(response.text),
  }))
  for (const rule of [checkGoals, checkResponses, checkMistakes, checkSupport, checkTests]) {
    for (const fault of rule(outline, responses)) context.addIssue({ code: 'custom', ...fault })
  }
}

function* checkGoals({ goals = [], ideal_responses, limits }: VariationOutline): Generator<RuleFault> {
  yield* repeated(goals.map(({ id }) => id)).map((index) => ({
    path: ['goals', index, 'id'],
    message: `goal '${goals[index]?.id}' is given twice`,
  }))
  for (const [index, { id }] of firstOf(goals)) {
    if (ideal_responses && !ideal_responses.some(({ goal }) => goal === id)) {
      yield { path: ['goals', index], message: `goal '${id}' has no ideal response` }
    }
  }
  if (limits && limits.max_turns < goals.length) {
    const message = `must leave a turn for each of the ${goals.length} goals`
    yield { path: ['limits', 'max_turns'], message }
  }
}

type Said = ReturnType<typeof placedResponses>[number] & { words: string }

function* checkResponses(outline: VariationOutline, responses: readonly Said[]): Generator<RuleFault> {
  const goalIds = outline.goals?.map(({ id }) => id)
  for (const { path, goal } of responses) {
    if (goalIds && !goalIds.includes(goal)) {
      yield {
        path: [...path, 'goal'],
        message: `'${goal}' is no goal of this variation (${goalIds.join(', ')})`,
      }
    }
  }
  for (const index of repeated(responses.map(({ words, goal }) => `${goal}:${words}`))) {
    const path = [...(responses[index]?.path ?? []), 'text']
    yield {
      path,
      message: 'says the same as an earlier response for this goal: only the first could ever be matched',
    }
  }
}

function* checkMistakes(outline: VariationOutline, responses: readonly Said[]): Generator<RuleFault> {
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

/** A goal that is given twice is one fault, not one for each thing that it lacks. */
const firstOf = (goals: readonly { id: string }[]) =>
  [...goals.entries()].filter(([index, { id }]) => goals.findIndex((goal) => goal.id === id) === index)

/** The indexes of entries that stood earlier in the list already. */
const repeated = (keys: readonly string[]) =>
  keys.flatMap((key, index) => (keys.indexOf(key) < index ? [index] : []))

/** Word for word, articles too: leaving one out is a mistake that authors write down. */
const inWords = (text: string) => ` ${(text.toLowerCase().match(/[\p{L}\p{N}'’]+/gu) ?? []).join(' ')} `
