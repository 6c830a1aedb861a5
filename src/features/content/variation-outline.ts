import { z } from 'zod'

/** `path` is where in the file, `message` what is wrong there. */
export type RuleFault = { path: (string | number)[]; message: string }

const readable = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined)

/** More than anybody reads; rules compare lists with each other, so their lengths are bounded. */
export const MAX_ENTRIES = 200

const listOf = <Schema extends z.ZodType>(entry: Schema) => readable(z.array(entry).max(MAX_ENTRIES))
const Response = z.object({ text: z.string(), reply: z.string(), goal: z.string() })

/** The parts that rules compare. A part that is broken in itself is absent: its rules wait until it is mended. */
export const VariationOutline = z.object({
  goals: listOf(z.object({ id: z.string() })),
  ideal_responses: listOf(Response),
  acceptable_responses: listOf(Response),
  common_mistakes: listOf(z.object({ says: z.string() })),
  hint_levels: listOf(z.object({ level: z.number() })),
  vocabulary_support: listOf(z.object({ word: z.string() })),
  limits: readable(z.object({ max_turns: z.number() })),
  tests: listOf(
    z.object({
      says: z.string().optional(),
      learner: z.string().optional(),
      expects_goal: z.string().optional(),
      expects_reply: z.string().optional(),
      assert: z.array(z.unknown()).optional(),
    }),
  ),
})

export type VariationOutline = z.infer<typeof VariationOutline>

/** Every response a learner's words may match, in the order of the file, with its place. */
export function placedResponses({ ideal_responses = [], acceptable_responses = [] }: VariationOutline) {
  return [
    ...ideal_responses.map((response, index) => ({ ...response, path: ['ideal_responses', index] })),
    ...acceptable_responses.map((response, index) => ({
      ...response,
      path: ['acceptable_responses', index],
    })),
  ]
}
