import { describe, expect, test } from 'vitest'
import { type PromptFile, PromptFrontMatter } from './prompt-file.ts'
import { renderPrompt } from './render-prompt.ts'
import { RunnablePrompt } from './stored-prompt.ts'

function givenPrompt(body: string, schema: Record<string, string>, more: object = {}): PromptFile {
  return { ...PromptFrontMatter.parse({ name: 'greet', input: { schema }, ...more }), body }
}

const notRenderable = (part: string) =>
  expect.objectContaining({ code: 'prompt.not_renderable', message: expect.stringContaining(part) })

describe('renderPrompt', () => {
  test('fills what the prompt declares, and says what it asks of the model', () => {
    const config = { temperature: 0.4, maxOutputTokens: 50 }
    const prompt = givenPrompt(
      '{{role "system"}}Meet {{who}}.',
      { who: 'string' },
      { config, model: 'own/small' },
    )
    expect(renderPrompt(prompt, { variables: { who: 'Ann', more: 'than is declared' } })).toEqual({
      messages: [{ role: 'system', text: 'Meet Ann.' }],
      model: 'own/small',
      ...config,
    })
  })

  test('takes the default of a variable that is not given', () => {
    const input = { schema: { who: 'string' }, default: { who: 'Bo' } }
    const prompt = givenPrompt('{{role "system"}}{{who}}', {}, { input })
    expect(renderPrompt(prompt, { variables: {} }).messages).toEqual([{ role: 'system', text: 'Bo' }])
  })

  test.each([
    ['a variable that is not given', {}],
    ['one that is only inherited', Object.create({ who: 'Ann' })],
    ['a value of another kind', { who: 7 }],
  ])('refuses %s', (_name, variables) => {
    const prompt = givenPrompt('{{role "system"}}{{who}}', { who: 'string' })
    expect(() => renderPrompt(prompt, { variables })).toThrow(notRenderable("'who' is not what it declares"))
  })
})

describe('a version that was kept before prompts had roles', () => {
  const kept = { config: { max_output_tokens: 120 }, body: 'Play {{role_name}}.' }
  const history = [{ role: 'user', text: 'Hi!' }] as const

  test('speaks to the model as it did', () => {
    const stored = { name: 'situation-reply', input: { schema: { role_name: 'string, whom' } }, ...kept }
    expect(
      RunnablePrompt.parse(stored).render({ variables: { role_name: 'a baker', new: 1 }, history }),
    ).toMatchObject({
      messages: [{ role: 'system', text: 'Play a baker.' }, ...history],
      maxOutputTokens: 120,
    })
  })

  test('judges what it did', () => {
    const schema = { role_name: 'string', partner_line: 'string, what the partner said last' }
    const stored = { name: 'turn-judge', input: { schema }, ...kept }
    const utterance = { partner_said: 'Hello.', learner_said: 'Hi!' }
    expect(
      RunnablePrompt.parse(stored).render({ variables: { role_name: 'x', utterance } }).messages,
    ).toEqual([
      { role: 'system', text: 'Play x.' },
      { role: 'user', text: JSON.stringify(utterance) },
    ])
  })
})
