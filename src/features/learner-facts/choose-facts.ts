import { z } from 'zod'
import { bestMatch } from '#base/text-similarity.ts'
import { plainWord, splitWords } from '#base/word-edits.ts'
import { FACT_KINDS, type FoundFact, hashFact, type SaidMessage } from './fact.ts'
import type { IsSensitive } from './sensitive.ts'

export const FactsAnswer = z.strictObject({
  facts: z.array(
    z.strictObject({
      text: z.string(),
      kind: z.enum(FACT_KINDS),
      message: z.int(),
      words: z.string(),
    }),
  ),
})

export type ProposedFact = z.output<typeof FactsAnswer>['facts'][number]

export type DropReason = 'unfit_text' | 'no_evidence' | 'sensitive' | 'known'

export type Dropped = Partial<Record<DropReason, number>>

export type Choice = { found: FoundFact[]; dropped: Dropped }

const MAX_FACTS = 5
const MAX_TEXT_CHARACTERS = 150
/** Nothing that is said in fewer shows anything. */
const MIN_EVIDENCE_LETTERS = 4
/** From here on two texts say the same; far above what counts as an answer to the same question. */
const SAME = 0.8

/**
 * Of what a model proposes only that which the learner said, in words that stand in a message of theirs, and which may
 * be remembered. `messages` are numbered from 1, as the model saw them.
 */
export function chooseFacts(
  proposals: readonly ProposedFact[],
  {
    userId,
    messages,
    known,
    isSensitive,
  }: { userId: string; messages: readonly SaidMessage[]; known: readonly string[]; isSensitive: IsSensitive },
): Choice {
  const choice: Choice = { found: [], dropped: {} }
  for (const proposal of proposals) {
    const text = proposal.text.replace(/\s+/g, ' ').trim()
    const message = messages[proposal.message - 1]
    const span = message && findEvidence(message, proposal.words)
    const reason = reasonToDrop({ text, span, message, isSensitive, known: [...known, ...textsOf(choice)] })
    if (reason || !message || !span) count(choice, reason ?? 'no_evidence')
    else if (choice.found.length < MAX_FACTS) {
      const { messageId, createdAt: saidAt } = message
      const textHash = hashFact(userId, text)
      choice.found.push({ kind: proposal.kind, text, textHash, messageId, ...span, saidAt })
    }
  }
  return choice
}

const textsOf = ({ found }: Choice) => found.map(({ text }) => text)

function count({ dropped }: Choice, reason: DropReason): void {
  dropped[reason] = (dropped[reason] ?? 0) + 1
}

type Span = { spanStart: number; spanEnd: number }

function reasonToDrop({
  text,
  span,
  message,
  isSensitive,
  known,
}: {
  text: string
  span: Span | undefined
  message: SaidMessage | undefined
  isSensitive: IsSensitive
  known: string[]
}): DropReason | undefined {
  const length = [...text].length
  if (length === 0 || length > MAX_TEXT_CHARACTERS || !text.isWellFormed() || text.includes('\0'))
    return 'unfit_text'
  if (!message || !span) return 'no_evidence'
  const words = message.content.slice(span.spanStart, span.spanEnd)
  if (!isShownBy(text, words)) return 'no_evidence'
  if (isSensitive(text) || isSensitive(words)) return 'sensitive'
  return bestMatch(text, known, SAME) ? 'known' : undefined
}

/** The learner's own words, wherever they stand, with other case and spaces at most. */
function findEvidence({ role, content }: SaidMessage, words: string): Span | undefined {
  if (role !== 'user') return undefined
  const pieces = words.trim().split(/\s+/).filter(Boolean)
  if (pieces.join('').replace(/[^\p{L}\p{N}]/gu, '').length < MIN_EVIDENCE_LETTERS) return undefined
  const match = new RegExp(pieces.map((piece) => RegExp.escape(piece)).join('\\s+'), 'iu').exec(content)
  return match ? { spanStart: match.index, spanEnd: match.index + match[0].length } : undefined
}

/** Words that any two sentences may share. */
const COMMON = new Set(
  'learner with have like that this they their them from about into very much does done been being said says will would want wants can could who what when where which because really there here than then also just'.split(
    ' ',
  ),
)

/** "Yes, I do" shows nothing by itself. Words in Korean cannot be compared with a text in English and are trusted. */
function isShownBy(text: string, words: string): boolean {
  const said = new Set(contentWords(words))
  if (said.size === 0) return /[^\P{L}\p{Script=Latin}]/u.test(words)
  if (/\p{Script=Hangul}/u.test(words)) return true
  return contentWords(text).some((word) => said.has(word))
}

/** By their first five letters, so that "studying" shows "studies". */
const contentWords = (text: string) =>
  splitWords(text)
    .map(plainWord)
    .filter((word) => word.length >= 3 && !COMMON.has(word))
    .map((word) => word.slice(0, 5))
