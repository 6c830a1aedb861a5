import { bestMatchOfWords, comparableWords } from '#base/text-similarity.ts'
import { placedResponses, type RuleFault, type VariationOutline } from './variation-outline.ts'

type VariationTest = NonNullable<VariationOutline['tests']>[number]

/** Runs the `tests:` of a variation against its own responses, the way a scripted partner listens. */
export function* checkTests(outline: VariationOutline): Generator<RuleFault> {
  const { tests, goals, ideal_responses, acceptable_responses } = outline
  if (!(tests && goals && ideal_responses && acceptable_responses)) return
  const responses = placedResponses(outline).map((response) => ({
    ...response,
    words: comparableWords(response.text),
  }))
  for (const [index, test] of tests.entries()) {
    const fault = testFault(test, { outline, responses })
    if (fault) yield { path: ['tests', index, ...fault.path], message: fault.message }
  }
  for (const [index, { id }] of goals.entries()) {
    if (goals.findIndex((goal) => goal.id === id) < index) continue
    if (!tests.some((test) => test.expects_goal === id)) {
      yield { path: ['goals', index], message: `no test expects goal '${id}'` }
    }
  }
}

type Heard = ReturnType<typeof placedResponses>[number] & { words: string[] }
type Variation = { outline: VariationOutline; responses: Heard[] }

function testFault(test: VariationTest, { outline, responses }: Variation): RuleFault | undefined {
  const { says, learner, assert, expects_goal: goal, expects_reply: reply } = test
  if ((says === undefined) === (learner === undefined)) {
    return { path: [], message: "needs either 'says' or 'learner'" }
  }
  if (goal === undefined && reply === undefined) {
    return assert
      ? undefined
      : { path: [], message: 'expects neither a goal nor a reply, and asserts nothing' }
  }
  if (says === undefined) return { path: [], message: 'a simulated learner needs assert, not expects_…' }
  if (goal !== undefined && !outline.goals?.some(({ id }) => id === goal)) {
    return { path: ['expects_goal'], message: `'${goal}' is no goal of this variation` }
  }
  const inPlay = responsesInPlay({ outline, responses }, goal)
  const match = bestMatchOfWords(
    comparableWords(says),
    inPlay.map(({ words }) => words),
  )
  const heard = match && inPlay[match.index]
  return heard ? disappointment(test, heard) : { path: ['says'], message: 'is matched by no response' }
}

function disappointment(
  { expects_goal: goal, expects_reply: reply }: VariationTest,
  heard: { text: string; goal: string; reply: string },
): RuleFault | undefined {
  if (goal !== undefined && heard.goal !== goal) {
    const message = `is not reached: heard as '${heard.text}', which reaches '${heard.goal}'`
    return { path: ['expects_goal'], message }
  }
  if (reply !== undefined && !heard.reply.includes(reply)) {
    const message = `is not said: heard as '${heard.text}', answered with '${heard.reply}'`
    return { path: ['expects_reply'], message }
  }
  return undefined
}

/** As when `goal` is the next one to reach: a line that could mean two goals means the one that is open. */
function responsesInPlay({ outline, responses }: Variation, goal: string | undefined) {
  const order = outline.goals?.map(({ id }) => id) ?? []
  const start = goal === undefined ? 0 : order.indexOf(goal)
  const turnsAway = (index: number) => (index < start ? index + order.length : index)
  return responses.toSorted(
    (left, right) => turnsAway(order.indexOf(left.goal)) - turnsAway(order.indexOf(right.goal)),
  )
}
