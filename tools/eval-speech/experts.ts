import { SENTENCE_SCORES } from '#engines/speech/model/score-model.ts'
import type { Recording, SentenceLabels } from '../train-speech/corpus.ts'
import { GROUPS, WITHIN_A_SPEAKER } from './groups.ts'
import { mean, pearson, withinGroups } from './statistics.ts'

const EXPERTS = [0, 1, 2, 3, 4]

/**
 * How well one expert agrees with the mean of the other four, as the mean over the five, on the recordings that all five
 * scored: what a scorer can be expected to reach on the same recordings, group by group.
 */
export function expertAgreement(recordings: readonly Recording[]): Record<string, number> {
  const judged = recordings.filter(({ experts }) => experts.overall.length === EXPERTS.length)
  const inGroups = Object.entries(GROUPS).map(([name, isIn]) => [name, agreementOn(judged.filter(isIn))])
  const speakers = judged.map(({ speaker }) => speaker)
  return {
    ...Object.fromEntries(SENTENCE_SCORES.map((name) => [name, agreementOn(judged, name)])),
    ...Object.fromEntries(inGroups),
    [WITHIN_A_SPEAKER]: agreementOn(judged, 'overall', (values) => withinGroups(values, speakers)),
  }
}

function agreementOn(
  judged: readonly Recording[],
  name: keyof SentenceLabels = 'overall',
  prepare = (values: number[]) => values,
): number {
  const scores = judged.map(({ experts }) => experts[name])
  const each = EXPERTS.map((expert) => {
    const own = scores.map((all) => all[expert] ?? Number.NaN)
    const others = scores.map((all) => mean(all.filter((_, at) => at !== expert)))
    return pearson(prepare(own), prepare(others))
  })
  return mean(each)
}
