import { describe, expect, test } from 'vitest'
import { type CorrectionKind, trustCorrections } from '#features/practice/corrections.ts'
import {
  applyEdits,
  asProposal,
  isMended,
  readRightSentences,
  readWrongSentences,
} from '../../tools/eval-corrections/correction-set.ts'

const right = readRightSentences()
const wrong = readWrongSentences()
const explanation = { en: 'Because.', ko: '그래서요.' }

type Proposal = { from: string; to: string; kind?: CorrectionKind }

const trust = (said: string, proposals: readonly Proposal[]) =>
  trustCorrections({
    said,
    proposed: proposals.map((proposal) => ({ kind: 'error', explanation, ...proposal })),
    accepted: [],
    showsStyle: false,
  })

test('the set is large enough, and its own edits mend it', () => {
  expect(right.length).toBeGreaterThanOrEqual(60)
  expect(wrong.length).toBeGreaterThanOrEqual(60)
  expect(new Set(wrong.map(({ type }) => type)).size).toBe(12)
  for (const sentence of wrong) {
    for (const { start, end, from } of sentence.edits) expect(sentence.text.slice(start, end)).toBe(from)
    expect(applyEdits(sentence.text, sentence.edits)).not.toBe(sentence.text)
  }
})

test.each(wrong)('a judge who is right is heard: $id $text', (sentence) => {
  const { kept, dropped } = trust(
    sentence.text,
    sentence.edits.map((edit) => asProposal(sentence.text, edit)),
  )

  expect(dropped).toEqual([])
  expect(isMended(sentence, applyEdits(sentence.text, kept))).toBe(true)
})

/** What over-eager models do to sentences that are right, each as it would come back. */
const HABITS: { habit: string; rewrite: (text: string) => Proposal[] }[] = [
  {
    habit: 'writing short forms out',
    rewrite: (text) =>
      Array.from(text.matchAll(/\b(\w+)['’](m|re|ve|ll)\b/g), ([from, word, ending]) => ({
        from,
        to: `${word} ${{ m: 'am', re: 'are', ve: 'have', ll: 'will' }[ending ?? '']}`,
      })),
  },
  {
    habit: 'asking more politely',
    rewrite: (text) =>
      Array.from(text.matchAll(/\b[Cc]an (I|you)\b/g), ([from, who]) => ({ from, to: `Could ${who}` })),
  },
  {
    habit: 'capital letters and full stops',
    rewrite: (text) => [{ from: text, to: `${text.toUpperCase()}.` }],
  },
  {
    habit: 'another sentence altogether',
    rewrite: (text) => [{ from: text, to: 'I would be most grateful if this could be arranged at once.' }],
  },
  {
    habit: 'putting right what nobody said',
    rewrite: () => [{ from: 'I has went', to: 'I have gone' }],
  },
  {
    habit: 'taste',
    rewrite: (text) => [{ from: text.split(' ')[0] ?? '', to: 'Well then', kind: 'style' }],
  },
  {
    habit: 'the same words again',
    rewrite: (text) => [{ from: text, to: text }],
  },
]

describe.each(HABITS)('$habit never reaches the screen', ({ rewrite }) => {
  test.each(right.filter(({ text }) => rewrite(text).length > 0))('$id $text', ({ text }) => {
    expect(trust(text, rewrite(text)).kept).toEqual([])
  })
})
