import { z } from 'zod'
import { checkAssertion } from './assertion-rules.ts'
import { nameLike, prose } from './authored-text.ts'

/** Named and meant as promptfoo's; those that run code, call out or need other services are left out on purpose. */
export const TEXT_ASSERTIONS = [
  'equals',
  'contains',
  'icontains',
  'contains-any',
  'contains-all',
  'icontains-any',
  'icontains-all',
  'starts-with',
  'regex',
  'is-json',
  'contains-json',
  'levenshtein',
  'similar',
  'llm-rubric',
] as const
export const FACT_ASSERTIONS = ['latency', 'cost'] as const
/** Ours: what only a practised situation has. */
export const PRACTICE_ASSERTIONS = ['goals-met', 'corrections-given', 'turns-used'] as const

const PLAIN = [...TEXT_ASSERTIONS, ...FACT_ASSERTIONS, ...PRACTICE_ASSERTIONS] as const
export type PlainType = (typeof PLAIN)[number]

/** What of a test is looked at; without it the last reply. */
export const SCOPES = ['last-reply', 'each-reply', 'any-reply', 'conversation', 'prompt'] as const
export type Scope = (typeof SCOPES)[number]

const RUNS_CODE = /^(?:not-)?(?:javascript|python|ruby|webhook|file:)/
const Weight = z.number().min(0).max(1_000).describe('How much it counts; 0 is looked at and never fails')
const Share = z.number().min(0).max(1)

function unknownType({ input }: { input?: unknown }): string {
  const type = input instanceof Object && 'type' in input ? input.type : input
  if (typeof type === 'string' && RUNS_CODE.test(type))
    return `'${type}' would run code, which content may not`
  return `must be assert-set, or one of these, also with not- before it: ${PLAIN.join(', ')}`
}

const PlainAssertion = z.strictObject({
  type: z
    .enum([...PLAIN, ...PLAIN.map((type) => `not-${type}` as const)])
    .describe('What has to hold; with not- before it, what must not'),
  value: z.json().optional().describe('What is expected; {{name}} stands for a variable of the test'),
  threshold: z.number().optional().describe('How much, how long or how alike, as the type needs it'),
  weight: Weight.optional(),
  metric: prose(100).optional().describe('A name for reports'),
  of: z.enum(SCOPES).optional().describe('What is looked at: the last reply, when left out'),
  recorded: prose(4_000).optional().describe('Hand-written answer of the grader, for runs without a model'),
})

const AssertSet = z.strictObject({
  type: z.literal('assert-set'),
  assert: z.array(PlainAssertion.superRefine(checkAssertion)).min(1).max(50),
  threshold: Share.optional().describe('The share of the weights that is enough; all of them when left out'),
  weight: Weight.optional(),
  metric: prose(100).optional(),
})

const Assertion = z
  .discriminatedUnion('type', [AssertSet, PlainAssertion], { error: unknownType })
  .superRefine((assertion, context) => {
    if (assertion.type !== 'assert-set') checkAssertion(assertion, context)
  })

export type PlainAssertion = z.output<typeof PlainAssertion>
export type AssertSet = z.output<typeof AssertSet>
export type Assertion = z.output<typeof Assertion>

const Assertions = z.array(Assertion).min(1).max(50).describe('What has to hold')

const common = {
  description: prose(300).optional().describe('What the test is about'),
  assert: Assertions.optional(),
  threshold: Share.optional().describe('The share of the weights that is enough; all of them when left out'),
  recorded: z
    .array(prose(8_000))
    .min(1)
    .max(50)
    .optional()
    .describe('Hand-written answers in place of the model, in order; without a model, or with recorded_only'),
  recorded_only: z.boolean().optional().describe('About these answers: never put to a model'),
}
const MaxTurns = z.int().min(1).max(50).optional().describe('Turns of a simulated learner at most')
const Learner = nameLike(50).optional().describe('Who talks: a file in prompts/simulated-learners')

const Message = z.strictObject({ role: z.enum(['user', 'assistant']), text: prose(4_000) })

/** One call of a prompt: its variables, the messages after it, and what is expected of the answer. */
const PromptTest = z
  .strictObject({
    ...common,
    assert: Assertions,
    vars: z.record(z.string(), z.json()).default({}).describe('The variables of the prompt'),
    messages: z.array(Message).max(50).default([]).describe('What was said before, for {{history}}'),
    says: prose(4_000).optional().describe('The last message of the learner, for {{history}}'),
  })
  .superRefine(checkRecorded)

/** A line of the learner and what it is to reach, or a whole talk with a simulated learner. */
export const VariationTest = z
  .strictObject({
    ...common,
    says: prose(300).optional().describe('What a learner says'),
    expects_goal: nameLike(50).optional().describe('The goal that it reaches'),
    expects_reply: prose(500).optional().describe('A part of what the partner answers'),
    learner: Learner,
    max_turns: MaxTurns,
  })
  .superRefine(checkRecorded)

const PersonaTest = z
  .strictObject({
    ...common,
    assert: Assertions,
    says: prose(4_000).optional().describe('What a learner says'),
    learner: Learner,
    max_turns: MaxTurns,
  })
  .superRefine(checkRecorded)
  .refine(({ says, learner }) => (says === undefined) !== (learner === undefined), {
    message: "needs either 'says' or 'learner'",
  })

export const PromptTests = z.array(PromptTest).min(1).max(100)
export const PersonaTests = z.array(PersonaTest).min(1).max(100)

export type PromptTest = z.output<typeof PromptTest>
export type VariationTest = z.output<typeof VariationTest>
export type PersonaTest = z.output<typeof PersonaTest>

type Recorded = { recorded?: string[] | undefined; recorded_only?: boolean | undefined }

function checkRecorded(test: Recorded, context: z.RefinementCtx): void {
  if (test.recorded_only !== true || test.recorded) return
  context.addIssue({ code: 'custom', path: ['recorded_only'], message: 'there is no recorded answer' })
}
