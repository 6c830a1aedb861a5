import type { SafetyCategory, Unsafe } from '#engines/language/safety-rule.ts'
import type { Bilingual } from './variation.ts'

/** What was found about the learner's words: by the authored rules before the reply, by the judge after it. */
export type SafetyVerdict = {
  verdict: 'safe' | 'unsafe'
  basis: 'heuristic' | 'judged'
  category: SafetyCategory | null
  /** The learner's own words that show it, with their place. */
  evidence: { text: string; start: number; end: number } | null
  /** For the learner's screen. */
  note: Bilingual | null
  /** Of the authored rule. */
  ruleVersion: string | null
}

const SAFE = { verdict: 'safe', category: null, evidence: null, note: null, ruleVersion: null } as const

export const safeByRules = (): SafetyVerdict => ({ ...SAFE, basis: 'heuristic' })

export const unsafeByRules = ({ rule, evidence, start, end }: Unsafe): SafetyVerdict => ({
  verdict: 'unsafe',
  basis: 'heuristic',
  category: rule.category,
  evidence: { text: evidence, start, end },
  note: rule.note,
  ruleVersion: rule.version,
})

/** A judge's verdict counts only with words that the learner did say. */
export function readSafety(
  answer: { verdict: 'safe' | 'unsafe'; category: SafetyCategory | null; evidence: string | null },
  said: string,
): SafetyVerdict {
  const words = answer.evidence?.trim() ?? ''
  const start = words === '' ? -1 : said.toLowerCase().indexOf(words.toLowerCase())
  if (answer.verdict === 'safe' || start < 0) return { ...SAFE, basis: 'judged' }
  const end = start + words.length
  return {
    ...SAFE,
    verdict: 'unsafe',
    basis: 'judged',
    category: answer.category,
    evidence: { text: said.slice(start, end), start, end },
  }
}
