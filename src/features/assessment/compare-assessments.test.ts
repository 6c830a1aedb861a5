import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type Compared,
  compareAssessments,
  formatComparison,
  readAssessments,
} from './compare-assessments.ts'

const line = (id: string, version: string, overall: number | null): Compared => ({
  id,
  scorer: { name: 'malgil-speech', version },
  scores: { overall, accuracy: overall, fluency: null, prosody: 50, completeness: 100 },
})
const OLD = [
  line('a', '1.0.0', 40),
  line('b', '1.0.0', 60),
  line('c', '1.0.0', 80),
  line('gone', '1.0.0', 80),
]
const NEW = [
  line('a', '2.0.0', 50),
  line('b', '2.0.0', 60),
  line('c', '2.0.0', null),
  line('new', '2.0.0', 5),
]

test('says how far each score moved, and what was lost', () => {
  const comparison = compareAssessments(OLD, NEW)

  expect(comparison).toMatchObject({
    from: 'malgil-speech 1.0.0',
    to: 'malgil-speech 2.0.0',
    onlyOld: 1,
    onlyNew: 1,
  })
  expect(comparison.shifts[0]).toMatchObject({
    score: 'overall',
    pairs: 2,
    meanShift: 5,
    meanAbsolute: 5,
    largest: { id: 'a', shift: 10 },
    lost: 1,
    gained: 0,
  })
  expect(comparison.shifts[0]?.correlation).toBeCloseTo(1)
  expect(comparison.shifts[2]).toMatchObject({ score: 'fluency', pairs: 0, correlation: undefined })
  expect(formatComparison(comparison)).toContain('+10.0 (a)')
})

test('reads what assess wrote, passes over problems, and names a line that is neither', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'malgil-compare-'))
  const path = join(directory, 'old.jsonl')
  await writeFile(path, `${JSON.stringify(OLD[0])}\n{"id":"x","problem":{"code":"audio.no_speech"}}\n\n`)
  await expect(readAssessments(path)).resolves.toEqual([OLD[0]])

  await writeFile(path, `${JSON.stringify(OLD[0])}\n{"id":"y","scorer":{"name":"x"}}\n`)
  await expect(readAssessments(path)).rejects.toMatchObject({
    code: 'compare.bad_line',
    message: expect.stringContaining('old.jsonl:2 scorer.version'),
  })
  await expect(readAssessments(join(directory, 'none.jsonl'))).rejects.toMatchObject({
    code: 'compare.unreadable',
  })
  await rm(directory, { recursive: true })
})
