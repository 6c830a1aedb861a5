import { plainWords } from './plain-words.ts'

/** What a judge proposes: words of the learner, what they should have been, and how much it matters. */
export type ProposedCorrection = {
  from: string
  to: string
  kind: CorrectionKind
  explanation: { en: string; ko: string }
}

export const CORRECTION_KINDS = ['breaks_meaning', 'error', 'style'] as const
export type CorrectionKind = (typeof CORRECTION_KINDS)[number]

/** A correction that is tied to what was said: `text.slice(start, end) === from`. */
export type Correction = ProposedCorrection & { start: number; end: number }

/** Why a proposal was not shown. */
export type DropReason =
  | 'not_said'
  | 'no_change'
  | 'not_heard'
  | 'not_minimal'
  | 'equivalent'
  | 'overlaps'
  | 'style_below_b2'
  | 'authored_response'

export type Corrections = { kept: Correction[]; dropped: (ProposedCorrection & { reason: DropReason })[] }

export type CorrectionInput = {
  said: string
  proposed: readonly ProposedCorrection[]
  /** Lines that the author accepts as they are. */
  accepted: readonly string[]
  showsStyle: boolean
}

/** An edit of more words than this, or of more than this share of what was said, is another sentence. */
const MAX_EDITED_WORDS = 4
const MAX_EDITED_SHARE = 0.5
/** In a short answer one or two words are more than the share. */
const ALWAYS_ALLOWED_WORDS = 2

/**
 * Keeps of a judge's proposals only those that can be trusted: each changes words that the learner did say, is as small
 * as it can be, is more than spelling or another way to say the same, and stands apart from the others.
 */
export function trustCorrections({ said, proposed, accepted, showsStyle }: CorrectionInput): Corrections {
  const result: Corrections = { kept: [], dropped: [] }
  const isAccepted = accepted.some((line) => plainWords(line) === plainWords(said))
  for (const proposal of proposed) {
    const placed = isAccepted ? 'authored_response' : place(said, proposal, result.kept)
    const reason = typeof placed === 'string' ? placed : refusal(said, placed, showsStyle)
    if (reason !== undefined || typeof placed === 'string') {
      result.dropped.push({ ...proposal, reason: reason ?? 'not_said' })
    } else result.kept.push(placed)
  }
  result.kept.sort((one, other) => one.start - other.start)
  return result
}

/** The proposal at its place in what was said, without the words that it leaves alone. */
function place(
  said: string,
  proposal: ProposedCorrection,
  kept: readonly Correction[],
): Correction | DropReason {
  if (plain(proposal.from) === plain(proposal.to)) {
    return proposal.from === proposal.to ? 'no_change' : 'not_heard'
  }
  const { from, to } = withoutCommonWords(proposal)
  // Where something is only added, the words around it say where.
  const anchor = from === '' ? proposal.from : from
  const starts = occurrences(said, anchor)
  if (starts.length === 0) return 'not_said'
  const spans = starts.map((start) => ({ start, end: start + anchor.length }))
  const free = spans.find(({ start, end }) => kept.every((other) => end <= other.start || other.end <= start))
  if (!free) return 'overlaps'
  const spoken = said.slice(free.start, free.end)
  return { ...proposal, ...free, from: spoken, to: from === '' ? proposal.to : to }
}

function refusal(said: string, correction: Correction, showsStyle: boolean): DropReason | undefined {
  const { start, end, kind, to } = correction
  if (canonical(said) === canonical(said.slice(0, start) + to + said.slice(end))) return 'equivalent'
  const edited = countEdited(wordsOf(correction.from), wordsOf(correction.to))
  const most = Math.max(
    ALWAYS_ALLOWED_WORDS,
    Math.min(MAX_EDITED_WORDS, MAX_EDITED_SHARE * wordsOf(said).length),
  )
  if (edited > most) return 'not_minimal'
  return kind === 'style' && !showsStyle ? 'style_below_b2' : undefined
}

/** Words that stand at both ends of an edit are not part of it. */
function withoutCommonWords({ from, to }: { from: string; to: string }): { from: string; to: string } {
  const left = from.trim().split(/\s+/)
  const right = to.trim().split(/\s+/)
  while (left.length > 0 && right.length > 0 && plain(left[0]) === plain(right[0])) {
    left.shift()
    right.shift()
  }
  while (left.length > 0 && right.length > 0 && plain(left.at(-1)) === plain(right.at(-1))) {
    left.pop()
    right.pop()
  }
  return { from: left.join(' '), to: right.join(' ') }
}

/** Words of the longer side that the other does not have in the same order (the rest of their longest common part). */
function countEdited(from: readonly string[], to: readonly string[]): number {
  let common = to.map(() => 0)
  for (const word of from) {
    const row: number[] = []
    for (const [at, other] of to.entries()) {
      row.push(word === other ? (common[at - 1] ?? 0) + 1 : Math.max(row[at - 1] ?? 0, common[at] ?? 0))
    }
    common = row
  }
  return Math.max(from.length, to.length) - (common.at(-1) ?? 0)
}

/** Where the words stand whole, whatever their case and quotation marks; written just so comes first. */
function occurrences(said: string, words: string): number[] {
  const wanted = words.trim()
  if (wanted === '') return []
  const escaped = wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/['’]/g, "['’]")
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'giu')
  const isExact = (index: number) => said.startsWith(wanted, index)
  return Array.from(said.matchAll(whole), ({ index }) => index).sort(
    (one, other) => Number(isExact(other)) - Number(isExact(one)) || one - other,
  )
}

/** Both are right: careless judges turn one into the other. Each line is a group of ways to say the same. */
const SAME = [
  ['can i', 'could i', 'may i'],
  ['can you', 'could you', 'would you', 'will you'],
  ['i want', 'i D like'],
  ['yes', 'yeah', 'yep'],
  ['no', 'nope'],
  ['thanks', 'thank you'],
  ['hi', 'hello', 'hey'],
  ['me too', 'so do i', 'so am i'],
  ['going to', 'gonna'],
  ['lots of', 'a lot of', 'many'],
  ['maybe', 'perhaps'],
  ['color', 'colour'],
  ['center', 'centre'],
  ['favorite', 'favourite'],
  ['traveling', 'travelling'],
]

/** "it's" is "it is" or "it has", "I'd" is "I would" or "I had": an edit from one reading to the other corrects nothing. */
const LONG_FORMS: readonly (readonly [pattern: RegExp, whole: string])[] = [
  [/\b(?:can't|can not)\b/g, 'cannot'],
  [/\bwon't\b/g, 'will not'],
  [/n't\b/g, ' not'],
  [/'m\b/g, ' am'],
  [/'re\b/g, ' are'],
  [/'ve\b/g, ' have'],
  [/'ll\b/g, ' will'],
  [/'s\b| is\b| has\b/g, ' S'],
  [/'d\b| would\b| had\b/g, ' D'],
  ...SAME.map(
    ([first = '', ...others]) => [new RegExp(`\\b(?:${others.join('|')})\\b`, 'g'), first] as const,
  ),
]

/** What all ways to say the same have in common. */
const canonical = (text: string) =>
  LONG_FORMS.reduce((long, [pattern, whole]) => long.replace(pattern, whole), plain(text))

const plain = (text: string | undefined) => plainWords(text ?? '')
const wordsOf = (text: string) =>
  plain(text)
    .split(' ')
    .filter((word) => word !== '')
