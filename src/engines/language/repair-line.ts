import { type AuthoredPhrases, type FindPhrase, findWhole } from './phrases.ts'

/** What a learner may ask for instead of answering. */
export const REPAIR_KINDS = ['repeat', 'slower', 'explain', 'korean', 'skip'] as const
export type RepairKind = (typeof REPAIR_KINDS)[number]

type Bilingual = { en: string; ko: string }

/** What is said to such a request; `{{line}}` stands for the partner's last line, `{{hint}}` for the author's hint. */
export type RepairLine = {
  kind: RepairKind
  version: string
  find: FindPhrase
  says: string
  note: Bilingual
}

export type AuthoredRepair = Omit<RepairLine, 'find'> & { around: AuthoredPhrases; patterns: AuthoredPhrases }

export const toRepairLine = ({ around, patterns, ...line }: AuthoredRepair): RepairLine => ({
  ...line,
  find: findWhole(patterns, around),
})

/** The request that the whole of the words is; "Could you repeat the price?" is none. */
export const findRepair = (lines: readonly RepairLine[], said: string): RepairLine | undefined =>
  lines.find(({ find }) => find(said) !== undefined)
