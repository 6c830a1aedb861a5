import type { Assessment } from '../assessment.ts'
import type { Advice } from './advice.ts'
import { type ChosenTemplate, chooseTemplate, primaryTag } from './choose-template.ts'
import { findAll } from './find-all.ts'
import { type Finding, usefulnessOf } from './finding.ts'
import { nameWords, renderText } from './render.ts'
import { type AdviceLanguage, FALLBACK_LANGUAGE, type FeedbackTemplates } from './template.ts'

const MAX_ADVICE = 3

export type AdviseInput = {
  assessment: Assessment
  templates: readonly FeedbackTemplates[]
  /** BCP 47, of which the primary tag counts; unknown or without templates of its own: the English ones. */
  firstLanguage?: string | undefined
  /** What the explanations are to be written in; any but Korean is answered in English. */
  language?: string | undefined
}

/** A finding with the text that speaks about it. */
type Item = { finding: Finding; chosen: ChosenTemplate; usefulness: number }

/**
 * What is most worth mending in an utterance: at most three pieces of advice, the most useful first, where usefulness
 * is summed over all the places of the same thing. Empty when nothing is found. The same input gives the same advice.
 */
export function adviseOn({ assessment, templates, firstLanguage, language }: AdviseInput): Advice[] {
  const speaker = primaryTag(firstLanguage ?? FALLBACK_LANGUAGE)
  const items = findAll(assessment).flatMap((finding): Item[] => {
    const chosen = chooseTemplate(templates, { finding, firstLanguage: speaker })
    return chosen ? [{ finding, chosen, usefulness: usefulnessOf(finding) }] : []
  })
  const reader: AdviceLanguage = primaryTag(language ?? '') === 'ko' ? 'ko' : 'en'
  return [...Map.groupBy(items, subjectOf).values()]
    .map((group) => ({ group, usefulness: sumOfUsefulness(group) }))
    .toSorted((a, b) => b.usefulness - a.usefulness)
    .slice(0, MAX_ADVICE)
    .flatMap(({ group }) => toAdvice(group, { assessment, language: reader }))
}

/** What one piece of advice is about: a sound wherever it stands, or what only one template speaks of. */
function subjectOf({ finding, chosen: { file, template } }: Item): string {
  const isOfSound = finding.kind === 'sound' && template.where === 'anywhere'
  return isOfSound ? `sound ${finding.sound}` : `${file} ${template.key}`
}

function toAdvice(
  group: readonly Item[],
  { assessment, language }: { assessment: Assessment; language: AdviceLanguage },
): Advice[] {
  const lead = heaviest(group, ({ chosen: { file, template } }) => `${file} ${template.key}`)
  const [first] = heaviest(lead, ({ finding }) => finding.heard ?? '')
  if (!first) return []
  const { finding, chosen } = first
  const { kind, sound, heard } = finding
  const { template, file, version } = chosen
  const words = evidenceOf(group, assessment)
  const rendering = { language, values: valuesOf(group, words, language) }
  const advice: Advice = {
    kind,
    ...(sound !== undefined && isAboutSound(chosen) && { sound }),
    ...(heard !== undefined && { heard }),
    words,
    explanation: renderText(template.explanation, rendering),
    ...(template.tip && { tip: renderText(template.tip, rendering) }),
    ...(template.minimalPairs && { minimalPairs: template.minimalPairs.map(([one, two]) => [one, two]) }),
    template: { file, key: template.key, version },
  }
  return [advice]
}

/** Those items of a group that weigh most together. */
function heaviest(group: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const parts = [...Map.groupBy(group, keyOf).values()]
  return parts.toSorted((a, b) => sumOfUsefulness(b) - sumOfUsefulness(a))[0] ?? []
}

/** An added vowel is advised on for all consonants at once, so the first of them is no subject. */
const isAboutSound = ({ template }: ChosenTemplate) => template.sound !== undefined

function evidenceOf(group: readonly Item[], { words }: Assessment): Advice['words'] {
  const indexes = new Set(group.flatMap(({ finding }) => finding.word ?? []))
  return [...indexes]
    .toSorted((a, b) => a - b)
    .flatMap((index) => {
      const word = words[index]
      return word ? [{ index, text: word.text, startMs: word.startMs, endMs: word.endMs }] : []
    })
}

function valuesOf(
  group: readonly Item[],
  words: Advice['words'],
  language: AdviceLanguage,
): Record<string, string> {
  const longest = Math.max(...group.map(({ finding }) => finding.seconds ?? 0))
  const rate = group.find(({ finding }) => finding.rate !== undefined)?.finding.rate ?? 0
  return {
    words: nameWords(
      words.map(({ text }) => text),
      language,
    ),
    seconds: longest.toFixed(1),
    rate: rate.toFixed(1),
  }
}

const sumOfUsefulness = (group: readonly Item[]) => group.reduce((sum, { usefulness }) => sum + usefulness, 0)
