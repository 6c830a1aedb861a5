import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pearson } from '../../tools/eval-speech/statistics.ts'

/** Recordings with expert scores; they may not be part of the project. `npm run test:corpus` sets where they lie. */
const CORPUS = process.env.TEST_CORPUS

/** Whether the tests on recordings of learners are wanted: they take minutes, and only a new scorer changes them. */
export const isCorpusRun = CORPUS !== undefined

export type CorpusLine = { id: string; path: string; text: string; overall: number }

/** All recordings, in the order of the corpus: by speaker. */
export function readCorpus(): CorpusLine[] {
  if (CORPUS === undefined) throw new Error('Run this with npm run test:corpus')
  const lines = readFileSync(join(CORPUS, 'train.jsonl'), 'utf8').trim().split('\n')
  return lines.map((line) => {
    const { id, audio, text, scores } = JSON.parse(line)
    return { id, path: join(CORPUS, audio), text, overall: scores.overall }
  })
}

/** `count` of them spread evenly, always the same ones. */
export function spreadOver<T>(items: readonly T[], count: number): T[] {
  const step = items.length / count
  return Array.from({ length: count }, (_, index) => items[Math.floor((index + 0.5) * step)]).filter(
    (item) => item !== undefined,
  )
}

/** Spearman's rank correlation, ties given their mean rank. */
export function spearman(a: number[], b: number[]): number {
  return pearson(ranks(a), ranks(b))
}

function ranks(values: number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((x, y) => x.value - y.value)
  const result = new Array<number>(values.length).fill(0)
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end + 1 < order.length && order[end + 1]?.value === order[start]?.value) end++
    for (const { index } of order.slice(start, end + 1)) result[index] = (start + end) / 2
    start = end + 1
  }
  return result
}
