import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Assessment } from '#engines/speech/assessment.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { audioForm } from '../support/test-client.ts'

const TEXT = 'Can I get an iced americano, please?'

/** Whatever the scorer says of the recording, the l of "please" was an r and nothing else is amiss. */
function withOneFault(assessment: Assessment): Assessment {
  const words = assessment.words.map((word) => {
    const phones = word.phones.map((phone) => ({ ...phone, score: 95 }))
    if (word.text !== 'please') return { ...word, status: 'ok' as const, phones }
    const faulty = phones.map((phone) => (phone.phone === 'L' ? { ...phone, score: 20, heard: 'R' } : phone))
    return { ...word, status: 'mispronounced' as const, phones: faulty }
  })
  const scores = { accuracy: 80, fluency: 80, prosody: 80, completeness: 100, overall: 80 }
  return { ...assessment, scores, words, fluency: null }
}

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    speech: (engine) => ({ ...engine, assess: async (input) => withOneFault(await engine.assess(input)) }),
  })
})
afterAll(() => app.close())

const assess = async (fields: Record<string, string>) =>
  app.post('/v1/assessments', await audioForm('iced-americano.m4a', { text: TEXT, ...fields }))

describe('POST /assessments', () => {
  test('advises a speaker of Korean in Korean, beside the assessment', async () => {
    const { status, body } = await assess({ firstLanguage: 'ko-KR', language: 'ko' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ reference: TEXT, basis: 'measured' })
    const please = body.words[6]
    expect(body.feedback).toEqual([
      {
        kind: 'sound',
        sound: 'L',
        heard: 'R',
        words: [{ index: 6, text: 'please', startMs: please.startMs, endMs: please.endMs }],
        explanation: expect.stringMatching(/^‘please’의 \[l\]은 .*요\.$/),
        tip: expect.stringMatching(/요\.$/),
        minimalPairs: expect.arrayContaining([['light', 'right']]),
        template: {
          file: 'prompts/speech-feedback/ko.yaml',
          key: 'l-as-r',
          version: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    ])
  })

  test.each([{}, { firstLanguage: 'vi' }, { firstLanguage: 'vi', language: 'fr' }])(
    'advises in English and without regard to a first language it knows nothing of: %j',
    async (fields) => {
      const { body } = await assess(fields)
      expect(body.feedback).toMatchObject([
        {
          explanation: expect.stringContaining('“please”'),
          template: { file: 'prompts/speech-feedback/en.yaml', key: 'l' },
        },
      ])
    },
  )

  test.each([
    ['firstLanguage', 'korean'],
    ['firstLanguage', 'ko_KR'],
    ['language', ''],
  ])('refuses the %s %j', async (field, value) => {
    expect(await assess({ [field]: value })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ path: field }] },
    })
  })

  test('documents the feedback with the call', async () => {
    const { body } = await app.get('/openapi.json', { key: null })
    const call = body.paths['/v1/assessments'].post
    const { schema } = call.requestBody.content['multipart/form-data']
    expect(Object.keys(schema.properties)).toEqual(['audio', 'text', 'firstLanguage', 'language'])
    expect(schema.required).toEqual(['audio', 'text'])
    const { $ref } = call.responses['200'].content['application/json'].schema
    expect(body.components.schemas[$ref.split('/').at(-1)].properties.feedback.items).toEqual({
      $ref: '#/components/schemas/Advice',
    })
  })
})

describe('a spoken turn', () => {
  test('ends with the advice in its feedback, and keeps it', async () => {
    const { path } = await app.givenSession()
    const { status, body } = await app.post(`${path}/turns`, await audioForm('iced-americano.webm'))
    expect(status).toBe(201)
    expect(body.feedback.advice).toMatchObject([{ kind: 'sound', sound: 'L', words: [{ text: 'please' }] }])
    expect((await app.get(`${path}/turns/${body.turnId}`)).body.feedback).toEqual(body.feedback)
  })

  test('without sound has no advice', async () => {
    const { path } = await app.givenSession()
    const { body } = await app.post(`${path}/turns`, { text: TEXT })
    expect(body.feedback.advice).toEqual([])
  })
})
