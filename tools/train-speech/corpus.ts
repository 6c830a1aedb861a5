import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SPLITS = ['train.jsonl', 'test.jsonl']

/** speechocean762 as `train.jsonl` or `test.jsonl` + `audio/`; scores of sentences and words are 0-10, of phones 0-2. */
export type LabelledWord = {
  text: string
  phones: string[]
  phoneScores: (number | null)[]
  accuracy: number
  stress: number
  total: number
  accuracyMean: number
}

export type SentenceLabels = Record<'overall' | 'accuracy' | 'fluency' | 'prosody', number>

export type Recording = {
  id: string
  audio: string
  speaker: string
  age: number
  gender: string
  text: string
  scores: SentenceLabels
  experts: Record<keyof SentenceLabels, number[]>
  words: LabelledWord[]
}

/** The recordings of a directory that holds one of the two splits. */
export function readRecordings(corpus: string): Recording[] {
  const name = SPLITS.find((split) => existsSync(join(corpus, split)))
  if (!name) throw new Error(`${corpus} holds neither ${SPLITS.join(' nor ')}`)
  return readFileSync(join(corpus, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** "IY0" → "IY" */
export const withoutStress = (phone: string) => phone.replace(/[0-2]$/, '')
