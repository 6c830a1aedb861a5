import { FALLBACK_LANGUAGE } from '#engines/speech/feedback/template.ts'
import type { ContentSet } from './content-catalogue.ts'
import type { ContentItem } from './content-items.ts'

type Whole = { items: readonly ContentItem[]; neededPrompts: readonly string[] }

/** What is wrong with a set as a whole, where each text is sound: texts of several releases may not fit. */
export function setFaults(set: ContentSet, { items, neededPrompts }: Whole): string[] {
  return [
    ...missingPrompts(set, neededPrompts),
    ...missingFeedback(set),
    ...items.flatMap(strayFault(set)),
    ...set.situations.flatMap(({ file, value: { location }, variations }) => [
      ...(variations.length > 0 ? [] : [`${file}:1:1 has no variation`]),
      ...(location === undefined || set.locations.some(({ value }) => value.location_name === location)
        ? []
        : [`${file}:1:1 location '${location}' is not published`]),
    ]),
    ...[...set.locations, ...set.culturalContexts].flatMap(({ file, value: { related_situations } }) =>
      related_situations
        .filter((name) => !set.situations.some(({ value }) => value.situation_name === name))
        .map((name) => `${file}:1:1 related_situations '${name}' is not published`),
    ),
  ]
}

/** A program that asks models with a prompt cannot serve content that lacks it. */
export const missingPrompts = ({ prompts }: Pick<ContentSet, 'prompts'>, needed: readonly string[]) =>
  needed
    .filter((name) => !prompts.some(({ value }) => value.name === name))
    .map((name) => `prompts/${name}.prompt.md:1:1 is missing: the service uses it`)

const missingFeedback = ({ speechFeedback }: ContentSet) =>
  speechFeedback.some(({ value }) => value.first_language === FALLBACK_LANGUAGE)
    ? []
    : [
        `prompts/speech-feedback/${FALLBACK_LANGUAGE}.yaml:1:1 is missing: it serves every other first language`,
      ]

const strayFault =
  ({ situations }: ContentSet) =>
  ({ kind, key, file }: ContentItem) => {
    const [situation = ''] = key.split('/')
    const isStray =
      kind === 'variation' && !situations.some(({ value }) => value.situation_name === situation)
    return isStray ? [`${file}:1:1 its situation '${situation}' is not published`] : []
  }
