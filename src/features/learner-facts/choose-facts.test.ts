import { describe, expect, test } from 'vitest'
import { chooseFacts, type ProposedFact } from './choose-facts.ts'
import { type Erasure, hashFact, isErased, type SaidMessage } from './fact.ts'

const at = new Date('2026-11-21T09:00:00Z')
const said = (content: string): SaidMessage => ({ messageId: 'm1', role: 'user', content, createdAt: at })
const partner = (content: string): SaidMessage => ({ ...said(content), role: 'assistant', messageId: 'm2' })

const MESSAGES = [
  partner('Do you like jazz? I have a cat named Bori.'),
  said('Well, I have a dog.  His name is Kong, and I study nursing in Daegu.'),
  said('Yes, I do.'),
  said('저는 강아지를 키워요'),
]

const proposal = (fields: Partial<ProposedFact>): ProposedFact => ({
  text: 'The learner has a dog called Kong.',
  kind: 'pet',
  message: 2,
  words: 'I have a dog. His name is Kong',
  ...fields,
})

const choose = (proposals: ProposedFact[], known: string[] = []) =>
  chooseFacts(proposals, {
    userId: 'u1',
    messages: MESSAGES,
    known,
    isSensitive: (text) => text.includes('nursing home'),
  })

describe('of what a model proposes', () => {
  test('a fact with the words that show it is kept, with the place of the words as they were written', () => {
    const { found, dropped } = choose([proposal({})])
    expect(dropped).toEqual({})
    expect(found).toMatchObject([
      { text: 'The learner has a dog called Kong.', kind: 'pet', spanStart: 6, spanEnd: 37 },
    ])
    expect(MESSAGES[1]?.content.slice(6, 37)).toBe('I have a dog.  His name is Kong')
  })

  test.each([
    ['words that nobody said', proposal({ words: 'I have three dogs' }), 'no_evidence'],
    ["the partner's words", proposal({ message: 1, words: 'I have a cat named Bori' }), 'no_evidence'],
    ['a message that is not there', proposal({ message: 9 }), 'no_evidence'],
    ['message 0', proposal({ message: 0 }), 'no_evidence'],
    [
      'a bare yes',
      proposal({ text: 'The learner likes jazz.', message: 3, words: 'Yes, I do.' }),
      'no_evidence',
    ],
    [
      'words of something else',
      proposal({ text: 'The learner likes jazz.', words: 'I study nursing' }),
      'no_evidence',
    ],
    ['too few letters', proposal({ words: 'dog' }), 'no_evidence'],
    ['an empty text', proposal({ text: ' ' }), 'unfit_text'],
    ['a long text', proposal({ text: `A dog ${'and more '.repeat(20)}` }), 'unfit_text'],
    ['a NUL', proposal({ text: 'A dog\0' }), 'unfit_text'],
    ['what is sensitive', proposal({ text: 'The dog lives in a nursing home.' }), 'sensitive'],
  ])('%s shows nothing', (_case, given, reason) => {
    expect(choose([given])).toEqual({ found: [], dropped: { [reason]: 1 } })
  })

  test('what is known already, or proposed twice in other words, is not kept again', () => {
    const again = proposal({ text: 'The learner has a dog, called Kong.' })
    expect(choose([proposal({}), again]).dropped).toEqual({ known: 1 })
    expect(choose([proposal({})], ['The learner has a dog called Kong']).found).toEqual([])
  })

  test('words in Korean show a fact that is put in English', () => {
    const korean = proposal({ text: 'The learner has a puppy.', message: 4, words: '강아지를 키워요' })
    expect(choose([korean]).found).toHaveLength(1)
  })

  test('no more than five are kept, and brackets in the words are no pattern', () => {
    const many = ['one', 'two', 'three', 'four', 'five', 'six'].map((name) =>
      proposal({ text: `Kong and the learner did ${name} of ${name}s on ${name}day` }),
    )
    expect(choose(many).found).toHaveLength(5)
    expect(choose([proposal({ words: 'I have (a+)+$ dog' })]).found).toEqual([])
  })
})

describe('what was erased does not come back', () => {
  const [fact] = choose([proposal({})]).found
  if (!fact) throw new Error('The fact was not kept')
  const erasure: Erasure = {
    textHash: hashFact('u1', 'the learner has a dog called kong'),
    messageId: 'm1',
    spanStart: 6,
    spanEnd: 37,
    erasedAt: at,
  }

  test.each([
    ['in the same words', fact, erasure, true],
    ['in other words from the same place', { ...fact, textHash: 'other', spanStart: 30 }, erasure, true],
    [
      'in the same words of an earlier message',
      { ...fact, messageId: 'm0', spanStart: 90, spanEnd: 99 },
      erasure,
      true,
    ],
    [
      'unless it is another thing of the same message',
      { ...fact, textHash: 'o', spanStart: 37, spanEnd: 50 },
      erasure,
      false,
    ],
    [
      'unless it is said again later',
      { ...fact, messageId: 'm9', saidAt: new Date('2026-11-22') },
      erasure,
      false,
    ],
    [
      'whatever it is, where all was erased',
      { ...fact, textHash: 'other', messageId: 'm0' },
      { ...erasure, textHash: null, messageId: null, spanStart: null, spanEnd: null },
      true,
    ],
  ])('%s', (_case, again, what, expected) => {
    expect(isErased(again, [what])).toBe(expected)
  })

  test('and its hash is another for another learner', () => {
    expect(hashFact('u2', fact.text)).not.toBe(fact.textHash)
  })
})
