import { describe, expect, test } from 'vitest'
import { type CorrectionKind, trustCorrections } from './corrections.ts'

const explanation = { en: 'Because.', ko: '그래서요.' }

function trust(said: string, edits: [from: string, to: string, kind?: CorrectionKind][], rest = {}) {
  const proposed = edits.map(([from, to, kind = 'error']) => ({ from, to, kind, explanation }))
  const { kept, dropped } = trustCorrections({ said, proposed, accepted: [], showsStyle: false, ...rest })
  return {
    kept: kept.map(({ from, to, start, end }) => ({ from, to, start, end })),
    dropped: dropped.map(({ reason }) => reason),
  }
}

describe('a correction is kept', () => {
  test('where it changes words that were said, as small as it can be', () => {
    expect(trust('I go to Seoul yesterday.', [['I go to Seoul', 'I went to Seoul']])).toEqual({
      kept: [{ from: 'go', to: 'went', start: 2, end: 4 }],
      dropped: [],
    })
  })

  test('where it only adds a word, at the words around it', () => {
    expect(trust('I bought book.', [['bought book', 'bought a book']]).kept).toEqual([
      { from: 'bought book', to: 'bought a book', start: 2, end: 13 },
    ])
  })

  test('where it only takes a word away', () => {
    expect(trust('Go to there now.', [['to there', 'there']]).kept).toEqual([
      { from: 'to', to: '', start: 3, end: 5 },
    ])
  })

  test('where the same words would be right elsewhere', () => {
    expect(trust('I can not sleep yesterday.', [['can', 'could']]).kept).toHaveLength(1)
  })

  test('twice, when the same words are wrong twice', () => {
    const { kept } = trust('He go and she go.', [
      ['go', 'goes'],
      ['go', 'goes'],
    ])

    expect(kept.map(({ start }) => start)).toEqual([3, 14])
  })
})

describe('a correction is dropped', () => {
  test.each([
    ['words that nobody said', 'I went home.', 'goed', 'went', 'not_said'],
    ['part of a word', 'I was going home.', 'go', 'went', 'not_said'],
    ['no change', 'I went home.', 'went', 'went', 'no_change'],
    ['case and punctuation, which nobody hears', 'i went home', 'i went home', 'I went home.', 'not_heard'],
    [
      'a whole other sentence',
      'I am like coffee very much.',
      'I am like coffee very much',
      'Coffee is what we all enjoy most',
      'not_minimal',
    ],
    ['a short form for a long one', "I'm here.", "I'm", 'I am', 'equivalent'],
    ['a short form of another reading', "It's been long.", "It's", 'It has', 'equivalent'],
    ['a politer way', 'Can I have water?', 'Can I', 'Could I', 'equivalent'],
    ['a politer word', 'Can I have water?', 'Can', 'May', 'equivalent'],
    ['British for American', 'My favorite color.', 'favorite', 'favourite', 'equivalent'],
  ])('for %s', (_, said, from, to, reason) => {
    expect(trust(said, [[from, to]])).toEqual({ kept: [], dropped: [reason] })
  })

  test('where it lies over another', () => {
    expect(
      trust('I go Seoul.', [
        ['go Seoul', 'went to Seoul'],
        ['go Seoul', 'visit Seoul'],
      ]).dropped,
    ).toEqual(['overlaps'])
  })

  test('where it is a matter of style, below B2', () => {
    const edits: [string, string, CorrectionKind][] = [['big', 'spacious', 'style']]

    expect(trust('A big room.', edits).dropped).toEqual(['style_below_b2'])
    expect(trust('A big room.', edits, { showsStyle: true }).kept).toHaveLength(1)
  })

  test('where the author accepts the line as it is', () => {
    const accepted = ['One iced americano, please.']

    expect(trust('one iced americano please', [['one', 'an']], { accepted }).dropped).toEqual([
      'authored_response',
    ])
  })
})
