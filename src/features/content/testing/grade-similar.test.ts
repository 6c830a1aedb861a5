import { describe, expect, test } from 'vitest'
import type { Embed } from '#engines/llm/complete.ts'
import { llmUnsupported } from '#engines/llm/errors.ts'
import { localEmbedding } from '#engines/llm/providers/local-embedding.ts'
import { cosine, createSimilarityGrader } from './grade-similar.ts'

/** A model whose vectors are the texts themselves: '3,4' is [3, 4]. */
const embedAsWritten: Embed = async ({ texts }) => ({
  vectors: texts.map((text) => text.split(',').map(Number)),
  provider: 'stub',
  model: 'as-written',
  dimensions: 2,
})

const grader = (embed: Embed = embedAsWritten, hasModel = true) =>
  createSimilarityGrader({ embed, testId: 'x#1', hasModel })

describe('how near a text is', () => {
  test.each([
    ['the same direction is 1, whatever the length', '6,8', '3,4', 'PASS', 1],
    ['three quarters are enough when nothing else is said', '4,3', '1,0', 'PASS', 0.8],
    ['less is not', '3,4', '1,0', 'FAIL', 0.6],
    ['the opposite is as far as anything can be', '-1,0', '1,0', 'FAIL', 0],
  ])('%s', async (_, text, value, status, score) => {
    const grade = await grader()({ text, value, threshold: undefined })

    expect(grade).toMatchObject({ status, reason: expect.stringContaining('by stub/as-written') })
    expect(grade.score).toBeCloseTo(score)
  })

  test('the nearest of several texts counts, against the threshold that is given', async () => {
    const question = { text: '3,4', value: ['1,0', '0,1'] }

    expect(await grader()({ ...question, threshold: 0.8 })).toMatchObject({ status: 'PASS' })
    expect(await grader()({ ...question, threshold: 0.9 })).toMatchObject({
      status: 'FAIL',
      reason: expect.stringContaining("0.800 near '0,1'"),
    })
  })

  test('an empty text is near nothing, and nobody is asked', async () => {
    const never: Embed = async () => {
      throw new Error('asked')
    }

    expect(await grader(never)({ text: ' ', value: '1,0', threshold: 0 })).toMatchObject({ status: 'FAIL' })
  })

  test('a model that cannot answer is an error and no failure', async () => {
    const down: Embed = async () => {
      throw llmUnsupported('m makes no embeddings')
    }

    expect(await grader(down)({ text: '1,0', value: '1,0', threshold: 0 })).toMatchObject({
      status: 'ERROR',
      score: null,
      reason: expect.stringContaining('llm.unsupported'),
    })
  })

  test('without a model it is skipped', async () => {
    expect(await grader(embedAsWritten, false)({ text: '1,0', value: '1,0', threshold: 0 })).toMatchObject({
      status: 'SKIP',
      reason: expect.stringContaining('no meaning'),
    })
  })
})

test('what is made here takes the opposite for nearer than the same in other words', () => {
  const near = (one: string, other: string) => cosine(localEmbedding(one, 384), localEmbedding(other, 384))

  const opposite = near('The pharmacy is open today.', 'The pharmacy is not open today.')
  const same = near('The pharmacy is open today.', 'You can buy medicine there this afternoon.')

  expect(opposite).toBeGreaterThan(0.75)
  expect(same).toBeLessThan(0.25)
})
