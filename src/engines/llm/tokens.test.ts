import { expect, test } from 'vitest'
import { countTokens } from './tokens.ts'

test.each([
  ['nothing', '', 0],
  ['English', 'One iced americano, please.', 6],
  ['Korean', '안녕하세요, 아이스 아메리카노 한 잔 주세요.', 15],
  ['what looks like a mark of a vendor', 'hello <|endoftext|> x', 9],
])('counts %s', async (_, text, tokens) => {
  expect(await countTokens(text)).toBe(tokens)
})

test('counts long text and unbroken text without stopping everything else', async () => {
  const words = 'the quick brown fox jumps over it. '
  const one = (await countTokens(words.repeat(14))) / 14

  expect((await countTokens(words.repeat(2_000))) / (one * 2_000)).toBeCloseTo(1, 1)
  expect((await countTokens(words.repeat(20_000))) / (one * 20_000)).toBeCloseTo(1, 1)
  // As one piece these would take a minute.
  expect(await countTokens('a'.repeat(200_000))).toBeGreaterThan(10_000)
  expect(await countTokens('가나다'.repeat(60_000))).toBeGreaterThan(100_000)
})
