import { z } from 'zod'
import type { AuthoredText, ContentSet } from './content-catalogue.ts'
import type { ContentItem, ContentKind } from './content-items.ts'
import { releaseUnreadable } from './release-errors.ts'
import {
  StoredCulturalContext,
  StoredFactRules,
  StoredLocation,
  StoredPersona,
  StoredPrompt,
  StoredRepair,
  StoredSafety,
  StoredSituation,
  StoredSpeechFeedback,
  StoredVariation,
} from './stored-content.ts'

/** Takes a set apart again that was stored as items. Throws when this program cannot read one of them. */
export function setOf(items: readonly ContentItem[]): ContentSet {
  const variations = textsOf(items, 'variation', StoredVariation)
  const variationsOf = (situation: string) =>
    variations.filter(({ key }) => key.startsWith(`${situation}/`)).map(withoutKey)
  return {
    situations: textsOf(items, 'situation', StoredSituation).map((situation) => ({
      ...withoutKey(situation),
      variations: variationsOf(situation.key),
    })),
    locations: textsOf(items, 'location', StoredLocation).map(withoutKey),
    culturalContexts: textsOf(items, 'cultural_context', StoredCulturalContext).map(withoutKey),
    personas: textsOf(items, 'persona', StoredPersona).map(withoutKey),
    prompts: textsOf(items, 'prompt', StoredPrompt).map(withoutKey),
    speechFeedback: textsOf(items, 'speech_feedback', StoredSpeechFeedback).map(withoutKey),
    factRules: textsOf(items, 'learner_facts', StoredFactRules).map(withoutKey),
    repairs: textsOf(items, 'repair', StoredRepair).map(withoutKey),
    safety: textsOf(items, 'safety', StoredSafety).map(withoutKey),
  }
}

type KeyedText<Value> = AuthoredText<Value> & { key: string }

const withoutKey = <Value>({ file, value, contentHash }: KeyedText<Value>): AuthoredText<Value> => ({
  file,
  value,
  contentHash,
})

function textsOf<Schema extends z.ZodType>(
  items: readonly ContentItem[],
  wanted: ContentKind,
  schema: Schema,
): KeyedText<z.output<Schema>>[] {
  return items
    .filter(({ kind }) => kind === wanted)
    .map(({ key, file, contentHash, content }) => {
      const parsed = schema.safeParse(content)
      if (!parsed.success) throw releaseUnreadable(file, z.prettifyError(parsed.error))
      return { key, file, contentHash, value: parsed.data }
    })
}
