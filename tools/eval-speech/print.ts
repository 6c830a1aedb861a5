import type { Spread } from './agreement.ts'
import type { CurvePoint } from './mispronounced.ts'

/** GOPT (Gong et al., ICASSP 2022) on the published test split and slightly other labels, so indicative only. */
const PUBLISHED: Record<string, number> = {
  overall: 0.742,
  accuracy: 0.714,
  fluency: 0.753,
  prosody: 0.76,
  word: 0.533,
  phone: 0.612,
}

type Agreed = {
  recordings: number
  unscored: Record<string, number>
  heldOutSpeakers: boolean
  agreement: Record<string, number>
  folds: Record<string, Spread>
  experts: Record<string, number>
}

export function printAgreement({ folds, experts, ...result }: Agreed): void {
  const { recordings, unscored, heldOutSpeakers, agreement } = result
  const by = heldOutSpeakers ? 'speaker-disjoint folds' : 'speakers unknown to the training'
  console.log(`\nPearson correlation with the experts, ${recordings} recordings, ${by}\n`)
  console.log(row(['', 'all', 'mean of folds', 'published*', 'one expert']))
  for (const [name, value] of Object.entries(agreement)) {
    const { mean, deviation } = folds[name] ?? { mean: Number.NaN, deviation: Number.NaN }
    console.log(
      row([
        name,
        three(value),
        `${three(mean)} ± ${three(deviation)}`,
        three(PUBLISHED[name]),
        three(experts[name]),
      ]),
    )
  }
  const missing = Object.entries(unscored).map(([name, count]) => `${name} ${count}`)
  console.log(`\nWithout a score, and left out: ${missing.join(', ')}`)
  console.log(
    '\n* GOPT on the published test split, trained and tested on slightly other labels (indicative).' +
      '\nOne expert: against the mean of the other four, on those of these recordings that five scored.',
  )
}

export function printCurve(curve: readonly CurvePoint[]): void {
  console.log('\nWords that experts scored below 7 of 10\n')
  console.log(row(['score below', 'precision', 'recall']))
  for (const { below, precision, recall } of curve) {
    console.log(row([String(below), three(precision), three(recall)]))
  }
}

export function printDecisions(decisions: Record<string, number>, count: number): void {
  console.log(`\nDecisions on ${count} recordings\n`)
  for (const [name, value] of Object.entries(decisions)) console.log(`${name.padEnd(46)}${three(value)}`)
}

const row = ([name = '', ...cells]: readonly string[]) =>
  name.padEnd(32) + cells.map((cell) => cell.padStart(16)).join('')
const three = (value: number | undefined) => (value === undefined ? '' : value.toFixed(3))
