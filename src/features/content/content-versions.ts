import { z } from 'zod'
import type { Db } from '#platform/db/db.ts'
import { PromptFrontMatter, renderPrompt } from './prompt-file.ts'

import { findContentVersion } from './queries.ts'
import { SituationFile, VariationFile } from './situation-file.ts'

/** Versions never change, so what was read once is kept; the oldest entry makes room. */
const MAX_KEPT = 1_000

export type ContentReader = {
  situation: (db: Db, versionId: string) => Promise<SituationFile>
  variation: (db: Db, versionId: string) => Promise<VariationFile>
  /** The text of a prompt version with its variables filled in. */
  renderPrompt: (db: Db, versionId: string, variables: Record<string, string>) => Promise<string>
}

const StoredPrompt = PromptFrontMatter.extend({ body: z.string() })

/** Reads authored texts by version: a session keeps what it began with. */
export function createContentReader(): ContentReader {
  const prompt = keptReader(StoredPrompt)
  return {
    situation: keptReader(SituationFile),
    variation: keptReader(VariationFile),
    renderPrompt: async (db, versionId, variables) => renderPrompt(await prompt(db, versionId), variables),
  }
}

function keptReader<Schema extends z.ZodType>(schema: Schema) {
  const kept = new Map<string, z.output<Schema>>()
  return async (db: Db, versionId: string): Promise<z.output<Schema>> => {
    const known = kept.get(versionId)
    if (known) return known
    const content = schema.parse(await findContentVersion(db, versionId))
    const [oldest] = kept.keys()
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest)
    kept.set(versionId, content)
    return content
  }
}
