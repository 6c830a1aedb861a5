import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCorpus, spearman, spreadOver } from '../support/speech-corpus.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm } from '../support/test-client.ts'

const COUNT = 40

test('spearman is 1 for the same order, -1 for the reverse, and shares the ranks of ties', () => {
  expect(spearman([1, 5, 9], [2, 3, 100])).toBeCloseTo(1)
  expect(spearman([1, 5, 9], [3, 2, 1])).toBeCloseTo(-1)
  expect(spearman([1, 1, 2, 2], [1, 2, 3, 4])).toBeCloseTo(0.894, 3)
})

describe('recordings of learners with expert scores', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startTestApp()
  })
  afterAll(() => app.close())

  test('sent through POST /assessments: the overall scores rise with those of the experts', {
    timeout: 180_000,
  }, async () => {
    const lines = spreadOver(readCorpus(), COUNT)
    const scores: number[] = []
    for (const { path, text } of lines) {
      const { status, body } = await app.post('/v1/assessments', await audioForm(path, { text }))
      expect(status).toBe(200)
      scores.push(body.scores.overall)
    }
    const correlation = spearman(
      scores,
      lines.map(({ overall }) => overall),
    )
    console.log(
      `Spearman of overall scores with the experts' totals, ${COUNT} recordings: ${correlation.toFixed(3)}`,
    )
    expect(correlation).toBeGreaterThan(0.3)
  })
})
