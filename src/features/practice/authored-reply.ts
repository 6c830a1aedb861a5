import { findRepair, type RepairLine } from '#engines/language/repair-line.ts'
import { findUnsafe, type SafetyRule } from '#engines/language/safety-rule.ts'
import { sentencesOf } from '#engines/language/sentences.ts'
import type { Repair } from './repair.ts'
import { mendTalk } from './repair.ts'
import { type SafetyVerdict, safeByRules, unsafeByRules } from './safety.ts'
import type { OverReason } from './session.ts'
import type { MatchedResponse, TurnKind, TurnView } from './turn.ts'
import type { Variation } from './variation.ts'

/** So alike, the author expects these very words in this scene, and no rule of ours is wiser. */
const EXPECTED_SIMILARITY = 0.9

export type AuthoredReply = {
  kind: TurnKind
  text: string
  /** Which kind of authored line it is, in place of a model. */
  source: 'refusal' | 'closing' | 'repair'
  repair: Repair | null
}

export type ReplySituation = {
  said: string | null
  matched: (MatchedResponse & { reply: string }) | null
  metGoals: ReadonlySet<string>
  before: readonly TurnView[]
  variation: Variation
  opener: string
  overReason: OverReason | null
}

export type AuthoredRules = {
  /** What is served now. */
  talkRules: () => { repairLines: readonly RepairLine[]; safetyRules: readonly SafetyRule[] }
}

/**
 * What is answered without asking a model, if anything, and what the rules say of the words: first what may not be
 * talked about, then the end of the session, then what the learner asks for instead of answering.
 */
export function replyWithoutModel(
  { talkRules }: AuthoredRules,
  situation: ReplySituation,
): { reply: AuthoredReply | null; safety: SafetyVerdict } {
  const { said, overReason } = situation
  const { repairLines, safetyRules } = talkRules()
  const words = said === null || isExpected(situation) ? '' : said
  const unsafe = findUnsafe(safetyRules, words)
  if (unsafe) {
    const reply = { kind: 'refusal', text: unsafe.rule.says, source: 'refusal', repair: null } as const
    return { reply, safety: unsafeByRules(unsafe) }
  }
  const safety = safeByRules()
  if (overReason) {
    const reply = { kind: 'talk', text: closingOf(situation), source: 'closing', repair: null } as const
    return { reply, safety }
  }
  const line = findRepair(repairLines, words)
  if (!line) return { reply: null, safety }
  return { reply: { kind: 'repair', source: 'repair', ...mendTalk(line, situation) }, safety }
}

/** "Could you say that again?" is an answer where asking again is a goal that is still open. */
const isExpected = ({ matched, metGoals }: ReplySituation) =>
  matched !== null && matched.similarity >= EXPECTED_SIMILARITY && !metGoals.has(matched.goal)

/** The author's answer to what was said, without what it asks, and the author's last line. */
function closingOf({ matched, variation }: ReplySituation): string {
  const answer = matched?.reply ?? ''
  const statements = sentencesOf(answer)
    .map(({ start, end }) => answer.slice(start, end))
    .filter((sentence) => !sentence.endsWith('?'))
  return [...statements, variation.closing].join(' ')
}
