import { type AuthoredPhrases, type FindPhrase, findWithin, type PhraseMatch } from './phrases.ts'

export const SAFETY_CATEGORIES = ['self-harm', 'sexual-content', 'personal-data', 'violence', 'hate'] as const
export type SafetyCategory = (typeof SAFETY_CATEGORIES)[number]

type Bilingual = { en: string; ko: string }

/** What may not be talked about, and what is answered instead of asking a model. */
export type SafetyRule = {
  category: SafetyCategory
  version: string
  find: FindPhrase
  /** Phrases that only look like it. */
  except: FindPhrase
  says: string
  note: Bilingual
}

export type AuthoredSafetyRule = Omit<SafetyRule, 'find' | 'except'> & {
  patterns: AuthoredPhrases
  except: AuthoredPhrases
}

export const toSafetyRule = ({ patterns, except, ...rule }: AuthoredSafetyRule): SafetyRule => ({
  ...rule,
  find: findWithin(patterns),
  except: findWithin(except),
})

/** The words that broke a rule: `text.slice(start, end) === evidence`. */
export type Unsafe = { rule: SafetyRule; evidence: string; start: number; end: number }

/** In the order of the categories, so that somebody in danger is heard first. */
export function findUnsafe(rules: readonly SafetyRule[], text: string): Unsafe | undefined {
  const inOrder = rules.toSorted(
    (one, other) => SAFETY_CATEGORIES.indexOf(one.category) - SAFETY_CATEGORIES.indexOf(other.category),
  )
  for (const rule of inOrder) {
    const match = rule.find(withoutAll(text, rule.except))
    if (match)
      return { rule, evidence: text.slice(match.start, match.end), start: match.start, end: match.end }
  }
  return undefined
}

/** Put in place of an exception, so that the words around it do not run together; no phrase can hold it. */
const REMOVED = '_'

/** The text, as long as before, with what only looks like it taken out. */
function withoutAll(text: string, except: FindPhrase): string {
  let left = text
  for (let match: PhraseMatch | undefined = except(left); match; match = except(left)) {
    const { start, end } = match
    left = left.slice(0, start) + REMOVED.repeat(Math.max(1, end - start)) + left.slice(end)
  }
  return left
}
