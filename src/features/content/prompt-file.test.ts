import { describe, expect, test } from 'vitest'
import { type PromptFile, renderPrompt } from './prompt-file.ts'

function givenPrompt(body: string, ...declared: string[]): PromptFile {
  const schema = Object.fromEntries(declared.map((name) => [name, 'string']))
  return { name: 'greet', input: { schema }, config: {}, body }
}

const notRenderable = (part: string) =>
  expect.objectContaining({ code: 'prompt.not_renderable', message: expect.stringContaining(part) })

describe('renderPrompt', () => {
  test('fills every place of every variable', () => {
    const prompt = givenPrompt('{{who}}, meet {{ other }}. Hello, {{who}}.', 'who', 'other')
    expect(renderPrompt(prompt, { who: 'Ann', other: 'Bo' })).toBe('Ann, meet Bo. Hello, Ann.')
  })

  test('never reads a value as a template, whatever it holds', () => {
    const prompt = givenPrompt('{{first}} {{second}}', 'first', 'second')
    const values = { first: '{{second}} $1 $& {{#if x}}', second: '{{first}}' }
    expect(renderPrompt(prompt, values)).toBe('{{second}} $1 $& {{#if x}} {{first}}')
  })

  test('keeps an empty value empty', () => {
    expect(renderPrompt(givenPrompt('[{{who}}]', 'who'), { who: '' })).toBe('[]')
  })

  test.each([
    ['a variable that is not given', givenPrompt('{{who}}', 'who'), {}, "'who' is not given"],
    [
      'one that is only inherited',
      givenPrompt('{{constructor}}', 'constructor'),
      {},
      "'constructor' is not given",
    ],
    [
      'one that is given but unknown',
      givenPrompt('{{who}}', 'who'),
      { who: 'a', age: '9' },
      "'age' is not declared",
    ],
    ['one that is used but not declared', givenPrompt('{{who}} {{age}}', 'who'), { who: 'a' }, "uses 'age'"],
    ['a block', givenPrompt('{{#if who}}{{who}}{{/if}}', 'who'), { who: 'a' }, 'blocks, partials'],
  ])('refuses %s', (_name, prompt, variables, part) => {
    expect(() => renderPrompt(prompt, variables)).toThrow(notRenderable(part))
  })
})
