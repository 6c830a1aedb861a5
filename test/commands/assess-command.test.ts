import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runMalgil } from '../support/malgil-process.ts'
import { startTestApp } from '../support/test-app.ts'
import { audioForm, FIXTURE_AUDIO } from '../support/test-client.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'malgil-assess-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const TEXT = 'Can I get an iced americano, please?'
const audio = (name: string) => relative(folder, join(FIXTURE_AUDIO, name))
const line = (id: string, name: string, text = TEXT) => JSON.stringify({ id, audio: audio(name), text })

async function assess(manifest: string, options: string[] = []) {
  await writeFile(join(folder, 'in.jsonl'), manifest)
  const result = await runMalgil([
    'assess',
    '--manifest',
    join(folder, 'in.jsonl'),
    '--out',
    join(folder, 'out.jsonl'),
    ...options,
  ])
  const out = await readFile(join(folder, 'out.jsonl'), 'utf8')
  return {
    ...result,
    answers: out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text)),
  }
}

describe('malgil assess', () => {
  test('answers every line in order: an assessment, or a problem that says what is wrong', async () => {
    const { exitCode, stderr, answers } = await assess(
      [
        line('long', 'iced-americano.wav'),
        line('short', 'no-sugar.ogg', 'No sugar, please.'),
        '{"id": "cut", ',
        line('missing', 'nothing.wav'),
        line('silent', 'silence.wav'),
        JSON.stringify({ id: 'textless', audio: audio('no-sugar.ogg') }),
        '',
        line('again', 'iced-americano.mp3'),
        line('playlist', 'playlist.webm'),
        line('wordless', 'iced-americano.ogg', '!!!'),
      ].join('\n'),
    )
    expect(exitCode).toBe(0)
    expect(answers.map(({ id, problem }) => [id, problem?.code])).toEqual([
      ['long', undefined],
      ['short', undefined],
      [null, 'manifest.bad_json'],
      ['missing', 'audio.not_found'],
      ['silent', 'audio.no_speech'],
      ['textless', 'manifest.bad_line'],
      ['again', undefined],
      ['playlist', 'audio.unsupported_type'],
      ['wordless', 'text.not_speakable'],
    ])
    expect(answers[2]).toMatchObject({ line: 3 })
    expect(answers[5].problem.detail).toContain('text')
    expect(answers[0]).toMatchObject({
      reference: TEXT,
      basis: 'measured',
      scores: { overall: expect.any(Number) },
    })
    expect(stderr).toMatch(/9 recordings in .* 6 with a problem/)
  })

  test('gives the same scores for the same sound, in any order and company', async () => {
    const lines = Array.from({ length: 6 }, (_, index) => line(`n${index}`, 'iced-americano.wav'))
    const { answers } = await assess(lines.join('\n'))
    expect(new Set(answers.map(({ id: _, ...rest }) => JSON.stringify(rest))).size).toBe(1)
  })

  test('answers what POST /assessments answers', async () => {
    const app = await startTestApp()
    const form = await audioForm('iced-americano.m4a', { text: TEXT })
    const { status, body } = await app.post('/v1/assessments', form)
    await app.close()
    const { answers } = await assess(line('same', 'iced-americano.m4a'))

    expect(status).toBe(200)
    expect(answers[0]).toEqual({ id: 'same', ...body })
  })

  test('reports how scores moved since an earlier run', async () => {
    const manifest = line('long', 'iced-americano.wav')
    await assess(manifest)
    const earlier = JSON.parse(await readFile(join(folder, 'out.jsonl'), 'utf8'))
    const lower = { ...earlier, scores: { ...earlier.scores, overall: earlier.scores.overall - 7 } }
    await writeFile(join(folder, 'old.jsonl'), JSON.stringify(lower))

    const { exitCode, stdout } = await assess(manifest, ['--compare', join(folder, 'old.jsonl')])

    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/overall\s+1\s+\+7\.0\s+7\.0/)
    expect(stdout).toMatch(/accuracy\s+1\s+\+0\.0/)
  })

  test('advises in the language of the options, or of the line where it says so', async () => {
    const text = 'Can I get an iced americano right now, please?'
    const entry = { audio: audio('iced-americano.m4a'), text }
    const { answers } = await assess(
      [
        JSON.stringify({ id: 'as-asked', ...entry }),
        JSON.stringify({ id: 'its-own', ...entry, language: 'en' }),
        JSON.stringify({ id: 'wrong', ...entry, firstLanguage: 'korean' }),
      ].join('\n'),
      ['--first-language', 'ko', '--language', 'ko'],
    )
    const [korean, english] = answers
      .slice(0, 2)
      .map(({ feedback }): string[] =>
        feedback.map(({ explanation }: { explanation: string }) => explanation),
      )
    expect(korean?.length).toBeGreaterThan(0)
    expect(english).toHaveLength(korean?.length ?? 0)
    for (const explanation of korean ?? []) expect(explanation).toMatch(/\p{Script=Hangul}.*요\.$/u)
    for (const explanation of english ?? []) expect(explanation).not.toMatch(/요\.$/)
    expect(answers[2].problem).toMatchObject({ code: 'manifest.bad_line' })
  })

  test('refuses a language that is no language tag', async () => {
    await writeFile(join(folder, 'in.jsonl'), '')
    const files = ['--manifest', join(folder, 'in.jsonl'), '--out', join(folder, 'out.jsonl')]
    const refused = await runMalgil(['assess', ...files, '--first-language', 'Korean!'])
    expect(refused).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('firstLanguage must be a language'),
    })
  })

  test('refuses a manifest that cannot be read and a place that cannot be written', async () => {
    const unreadable = await runMalgil([
      'assess',
      '--manifest',
      join(folder, 'no.jsonl'),
      '--out',
      join(folder, 'o.jsonl'),
    ])
    expect(unreadable).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot be read') })
    await writeFile(join(folder, 'in.jsonl'), '')
    const unwritable = await runMalgil([
      'assess',
      '--manifest',
      join(folder, 'in.jsonl'),
      '--out',
      join(folder, 'no/o.jsonl'),
    ])
    expect(unwritable).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('cannot be written') })
  })
})
