/**
 * How well the scorer agrees with experts, and what it decides about wrong texts and missing words.
 *   npm run eval:speech -- --corpus DIR [--every N] [--out FILE]
 * Speakers of the training are scored only by the models that never heard them; others by all models.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { SCORER } from '#engines/speech/score.ts'
import { type Recording, readRecordings } from '../train-speech/corpus.ts'
import { agreement, countUnscored, type Judged, spreadOverFolds } from './agreement.ts'
import { type Decided, decide, summarise } from './decisions.ts'
import { expertAgreement } from './experts.ts'
import { type HeldOut, openHeldOut } from './held-out.ts'
import { hear, judge, samplesOf } from './judge.ts'
import { mispronouncedCurve } from './mispronounced.ts'
import { printAgreement, printCurve, printDecisions } from './print.ts'

/** The engine's networks compute beside JavaScript: two recordings at a time keep two cores busy. */
const AT_ONCE = 2
const DECIDE_EVERY = 5
const THRESHOLDS = Array.from({ length: 13 }, (_, at) => 40 + 4 * at)

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    every: { type: 'string', default: '1' },
    out: { type: 'string' },
  },
})
if (!values.corpus) {
  console.error('usage: npm run eval:speech -- --corpus DIR [--every N] [--out FILE]')
  process.exit(2)
}
const corpus = values.corpus
const all = readRecordings(corpus)
const chosen = all.filter((_, at) => at % Number(values.every) === 0)
const heldOut = await openHeldOut()
const judged: Judged[] = []
const decided: Decided[] = []
const waiting = [...chosen.entries()]
await Promise.all(Array.from({ length: AT_ONCE }, work))

const result = {
  scorer: SCORER,
  recordings: judged.length,
  heldOutSpeakers: judged.every(({ fold }) => fold !== undefined),
  unscored: countUnscored(judged),
  agreement: agreement(judged),
  folds: spreadOverFolds(judged),
  experts: expertAgreement(chosen),
  mispronounced: mispronouncedCurve(judged, THRESHOLDS),
  decisions: summarise(decided),
}
printAgreement(result)
printCurve(result.mispronounced)
printDecisions(result.decisions, decided.length)
if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 1)}\n`)

async function work(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) await score(heldOut, ...next)
}

async function score({ assessorFor, foldOf }: HeldOut, at: number, recording: Recording): Promise<void> {
  const assessor = assessorFor(recording.speaker)
  const samples = await samplesOf(corpus, recording)
  const utterance = await hear(assessor, samples)
  const { assessment } = await judge(assessor, { utterance, words: recording.words })
  judged.push({ recording, fold: foldOf(recording.speaker), assessment })
  if (at % DECIDE_EVERY === 0) decided.push(await decide(assessor, { recording, all, samples }))
  if (judged.length % 250 === 0) console.error(`${judged.length} of ${chosen.length}`)
}
