import { expect, test } from 'vitest'
import { callMalgil } from '../support/malgil-program.ts'

const NAME = 'cafe-ordering/iced-americano-dongseong-ro'

test('shows the messages as a model would get them, with the turns before', async () => {
  const say = ['--say', 'An iced americano, please.', 'No sugar, thank you.']
  const { exitCode, stdout } = await callMalgil(['content', 'preview', NAME, '--json', ...say])

  expect(exitCode).toBe(0)
  const { messages, estimatedInputTokens, maxOutputTokens, costs } = JSON.parse(stdout)
  expect(messages.map(({ role }: { role: string }) => role)).toEqual([
    'system',
    'assistant',
    'user',
    'assistant',
    'user',
  ])
  const [system, opener, first, reply, last] = messages.map(({ text }: { text: string }) => text)
  expect(system).toContain('Order an iced americano politely. (reached)')
  expect(system).not.toContain('{')
  expect(system).toContain(
    `What is true about the place:
- city: Daegu (ko: 대구)
- place: Dongseong-ro (ko: 동성로)
- facts: Dongseong-ro is the main shopping street in downtown Daegu.; Daegu is known for its hot summers.
- dialect: word: 억수로, standard: 아주, meaning: very
`,
  )
  expect(opener).toBe('Hi there, welcome! What can I get for you today?')
  expect([first, last]).toEqual([
    '<learner>An iced americano, please.</learner>',
    '<learner>No sugar, thank you.</learner>',
  ])
  expect(reply).toContain('sugar')
  expect(estimatedInputTokens).toBeGreaterThan(system.length / 5)
  expect(maxOutputTokens).toBe(120)
  const usdOf = (name: string) => costs.find(({ price }: { price: string }) => price === name)?.usd
  // 120 tokens of answer, and 2,048 more for a model that thinks first.
  expect(usdOf('openai.gpt-4o-mini')).toBeCloseTo((estimatedInputTokens * 0.15 + 120 * 0.6) / 1e6, 5)
  expect(usdOf('openai.gpt-6-luna')).toBeCloseTo((estimatedInputTokens * 0.1 + 2_168 * 0.5) / 1e6, 5)
  expect(usdOf('openai.text-embedding-3-small')).toBeUndefined()
})

test('a name that nobody has is refused', async () => {
  const { exitCode, stderr } = await callMalgil(['content', 'preview', 'nowhere'])

  expect(exitCode).toBe(1)
  expect(stderr).toContain('There is no sound variation nowhere')
})
