import { fail, failedToGrade, type Grade, pass, skip } from './grade.ts'
import type { Json } from './json.ts'
import { type CallFacts, goalsReached, type Played } from './played.ts'

export type PracticeExpectation = { value: Json | undefined; threshold: number }
type GradePlayed = (played: Played, expected: PracticeExpectation) => Grade

/** What a test came to, rather than what was said in it. */
export const PRACTICE_GRADES: Record<string, GradePlayed> = {
  'goals-met': (played, { value }) => {
    const reached = goalsReached(played)
    const found = `reached ${listed(reached)} of ${listed(played.goals)}`
    return compareSets({ found, reached, value, all: played.goals })
  },
  'corrections-given': (played, { value }) => {
    const reached = played.turns.flatMap(({ corrections }) => corrections.map(({ said }) => said))
    return compareSets({ found: `corrected ${listed(reached)}`, reached, value, all: played.mistakesMade })
  },
  'turns-used': ({ turns }, { threshold }) =>
    passIf(turns.length <= threshold, `took ${turns.length} turns, ${threshold} allowed`),
}

const passIf = (isMet: boolean, found: string): Grade => (isMet ? pass(found) : fail(found))
const listed = (names: readonly string[]) => (names.length === 0 ? 'nothing' : names.join(', '))

function compareSets({
  found,
  reached,
  value,
  all,
}: {
  found: string
  reached: readonly string[]
  value: Json | undefined
  all: readonly string[]
}): Grade {
  if (value === 'any') return passIf(reached.length > 0, found)
  const wanted = value === 'all' ? all : Array.isArray(value) ? value.map(String) : []
  if (wanted.length === 0) return failedToGrade('there is nothing to reach: use any, or a list')
  const missing = wanted.filter((name) => !reached.includes(name))
  const score = (wanted.length - missing.length) / wanted.length
  return missing.length === 0 ? pass(found) : fail(`${found}; missing: ${listed(missing)}`, score)
}

const MICRO = 1_000_000

/** Both are facts of the ledger about calls to a model; lines that were played have neither. */
export const FACT_GRADES: Record<string, (calls: readonly CallFacts[], threshold: number) => Grade> = {
  latency: (calls, threshold) => {
    const slowest = Math.max(...calls.map(({ durationMs }) => durationMs))
    return passIf(slowest <= threshold, `the slowest reply took ${slowest} ms, ${threshold} allowed`)
  },
  cost: (calls, threshold) => {
    const unpriced = calls.find(({ costMicroUsd }) => costMicroUsd === null)
    if (unpriced) return failedToGrade(`the cost of ${unpriced.provider}/${unpriced.model} is unknown`)
    const usd = calls.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0), 0) / MICRO
    return passIf(usd <= threshold, `cost ${usd.toFixed(6)} USD, ${threshold} allowed`)
  },
}

export function gradeFact(type: string, calls: readonly CallFacts[], threshold: number): Grade {
  const asked = calls.filter(({ isPlayed }) => !isPlayed)
  if (asked.length === 0) return skip('no model was asked, so there is nothing to measure')
  return FACT_GRADES[type]?.(asked, threshold) ?? failedToGrade(`nobody knows how to grade ${type}`)
}
