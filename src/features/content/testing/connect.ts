import type { Circuits } from '#engines/llm/circuits.ts'
import type { Complete, Embed } from '#engines/llm/complete.ts'
import { createEmbed, EMBED_PURPOSE } from '#engines/llm/embed.ts'
import { createGateway, type GatewayDeps } from '#engines/llm/gateway.ts'
import type { Ledger } from '#engines/llm/ledger.ts'
import type { LlmRequest } from '#engines/llm/provider.ts'
import { createRecordedProvider } from '#engines/llm/providers/recorded.ts'
import { GRADE_PURPOSE } from './grade-rubric.ts'
import { LEARNER_PURPOSE } from './model-learner.ts'
import type { Basis, CallFacts } from './played.ts'

export type TalliedCalls = Ledger & {
  callsOf: (testId: string) => (Omit<CallFacts, 'isPlayed'> & { usageBasis: string })[]
}

export type ConnectDeps = {
  routeFor: GatewayDeps['routeFor']
  circuits: Circuits
  tally: TalliedCalls
  now: () => Date
}

export type ConnectInput = {
  testId: string
  /** Of the call that the test is about. */
  purpose: string
  recorded: readonly string[] | undefined
  recordedOnly: boolean
}

/** The way of one test to models, with what became of it. */
export type Connection = {
  complete: Complete
  completeAs: (recorded: string) => Complete
  /** By models only: those made here stand in for none. */
  embed: Embed
  hasModelFor: (purpose: string) => boolean
  /** What was asked for the test's own purpose, in order. */
  requests: LlmRequest[]
  /** Calls that are tested, without the learner's, the grader's and those that compare. */
  facts: () => CallFacts[]
  /** All of them. */
  costMicroUsd: () => number | null
  basis: () => Basis | null
}

const MODEL = 'hand-written'
const OWN_PURPOSES = new Set([GRADE_PURPOSE, LEARNER_PURPOSE, EMBED_PURPOSE])

/** Through a gateway like the service's: same routes, deadlines, retries and circuits, another ledger. */
export function connect(
  deps: ConnectDeps,
  { testId, purpose, recorded, recordedOnly }: ConnectInput,
): Connection {
  const { routeFor, circuits, tally: ledger, now } = deps
  const modelsFor = (wanted: string) => routeFor(wanted).filter(({ provider }) => !provider.scripted)
  const hasModelFor = (wanted: string) => modelsFor(wanted).length > 0
  const gatewayOf = (route: GatewayDeps['routeFor']) =>
    createGateway({ routeFor: route, circuits, ledger, now })
  const isByHand = recorded !== undefined && (recordedOnly || !hasModelFor(purpose))
  const byHand = isByHand ? [{ provider: createRecordedProvider(recorded), model: MODEL }] : undefined
  const gateway = gatewayOf((wanted, named) =>
    byHand && wanted === purpose ? byHand : routeFor(wanted, named),
  )
  const requests: LlmRequest[] = []
  const allCalls = () => ledger.callsOf(testId).map(toFacts)
  const facts = () => allCalls().filter((call) => !OWN_PURPOSES.has(call.purpose))
  return {
    async complete(request, options) {
      if (request.purpose === purpose) requests.push(request)
      return gateway(request, options)
    },
    completeAs: (answer) => gatewayOf(() => [{ provider: createRecordedProvider([answer]), model: MODEL }]),
    embed: createEmbed({ routeFor: modelsFor, circuits, ledger, now }),
    hasModelFor,
    requests,
    facts,
    costMicroUsd: () => sumOfCosts(allCalls()),
    basis: () => basisOf(facts().filter((call) => call.purpose === purpose)),
  }
}

const toFacts = ({
  usageBasis,
  ...call
}: Omit<CallFacts, 'isPlayed'> & { usageBasis: string }): CallFacts => ({
  ...call,
  isPlayed: usageBasis === 'none',
})

/** Unknown as soon as one of them is. */
const sumOfCosts = (calls: readonly CallFacts[]) =>
  calls.reduce<number | null>(
    (sum, { costMicroUsd }) => (sum === null || costMicroUsd === null ? null : sum + costMicroUsd),
    0,
  )

function basisOf(calls: readonly CallFacts[]): Basis | null {
  if (calls.length === 0) return null
  if (calls.some(({ isPlayed }) => !isPlayed)) return 'model'
  return calls.some(({ provider }) => provider === MODEL) ? 'hand-written' : 'scripted'
}
