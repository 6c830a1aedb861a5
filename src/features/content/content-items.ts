import { createHash } from 'node:crypto'
import type { AuthoredText, ContentSet } from './content-catalogue.ts'
import { FACT_RULES } from './fact-rules-file.ts'

export const CONTENT_KINDS = [
  'situation',
  'variation',
  'persona',
  'prompt',
  'location',
  'cultural_context',
  'speech_feedback',
  'learner_facts',
  'repair',
  'safety',
] as const

export type ContentKind = (typeof CONTENT_KINDS)[number]

/** One text of a set in the form in which versions are stored. `key` is its name among those of its kind. */
export type ContentItem = {
  kind: ContentKind
  key: string
  file: string
  contentHash: string
  content: unknown
}

/** Everything in the set, one item a file. */
export function itemsOf(set: ContentSet): ContentItem[] {
  return [
    ...itemsOfKind('location', set.locations, (location) => location.location_name),
    ...itemsOfKind('cultural_context', set.culturalContexts, (context) => context.context_name),
    ...itemsOfKind('situation', set.situations, (situation) => situation.situation_name),
    ...set.situations.flatMap(({ value: { situation_name }, variations }) =>
      itemsOfKind('variation', variations, (variation) => `${situation_name}/${variation.variation_name}`),
    ),
    ...itemsOfKind('persona', set.personas, (persona) => persona.id),
    ...itemsOfKind('prompt', set.prompts, (prompt) => prompt.name),
    ...itemsOfKind('speech_feedback', set.speechFeedback, (feedback) => feedback.first_language),
    ...itemsOfKind('learner_facts', set.factRules, () => FACT_RULES),
    ...itemsOfKind('repair', set.repairs, (repair) => repair.kind),
    ...itemsOfKind('safety', set.safety, (rule) => rule.category),
  ]
}

const itemsOfKind = <Value>(
  kind: ContentKind,
  texts: readonly AuthoredText<Value>[],
  keyOf: (value: Value) => string,
): ContentItem[] =>
  texts.map(({ file, value, contentHash }) => ({
    kind,
    key: keyOf(value),
    file,
    contentHash,
    content: value,
  }))

/** The identity of a set of texts, whatever their order. */
export function manifestHashOf(items: readonly Pick<ContentItem, 'kind' | 'key' | 'contentHash'>[]): string {
  const lines = items.map(({ kind, key, contentHash }) => `${kind} ${key} ${contentHash}\n`).sort()
  return createHash('sha256').update(lines.join('')).digest('hex')
}
