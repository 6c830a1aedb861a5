import type { Finding } from './finding.ts'
import { FALLBACK_LANGUAGE, type FeedbackTemplate, type FeedbackTemplates } from './template.ts'

export type ChosenTemplate = {
  template: FeedbackTemplate
  file: string
  version: string
  firstLanguage: string
}

/** `ko` of `ko-KR`. */
export const primaryTag = (language: string) => language.split('-', 1)[0]?.toLowerCase() ?? ''

/**
 * The template that fits best: one for what was heard before a general one, then one of the learner's first language
 * before the fallback, then one for the sound and the place. Among equals the first of the file.
 */
export function chooseTemplate(
  files: readonly FeedbackTemplates[],
  { finding, firstLanguage }: { finding: Finding; firstLanguage: string },
): ChosenTemplate | undefined {
  return files
    .filter((file) => file.firstLanguage === firstLanguage || file.firstLanguage === FALLBACK_LANGUAGE)
    .flatMap(({ templates, ...source }) => templates.map((template) => ({ template, ...source })))
    .filter(({ template }) => isFor(template, finding))
    .map((chosen) => ({ chosen, fit: fitOf(chosen, firstLanguage) }))
    .toSorted((a, b) => b.fit - a.fit)[0]?.chosen
}

const HEARD = 8
const OWN_LANGUAGE = 4
const SOUND = 2
const PLACE = 1

const fitOf = (
  { template: { heardAs, sound, where }, firstLanguage }: ChosenTemplate,
  learnersLanguage: string,
) =>
  (heardAs ? HEARD : 0) +
  (firstLanguage === learnersLanguage ? OWN_LANGUAGE : 0) +
  (sound ? SOUND : 0) +
  (where === 'anywhere' ? 0 : PLACE)

function isFor({ kind, sound, heardAs, where }: FeedbackTemplate, finding: Finding): boolean {
  if (kind !== finding.kind || (sound !== undefined && sound !== finding.sound)) return false
  if (heardAs && (finding.heard === undefined || !heardAs.includes(finding.heard))) return false
  return where === 'anywhere' || finding.places.includes(where)
}
