import type { z } from 'zod'
import type { Db } from '#platform/db/db.ts'
import type { PersonaFile } from './persona-file.ts'
import type { PromptInput, RenderedPrompt } from './render-prompt.ts'
import type { SituationFile, VariationFile } from './situation-file.ts'
import { StoredPersona, StoredSituation, StoredVariation } from './stored-content.ts'
import { RunnablePrompt } from './stored-prompt.ts'
import { findContentVersion } from './version-queries.ts'

/** Versions never change, so what was read once is kept; the oldest entry makes room. */
const MAX_KEPT = 1_000

export type ContentReader = {
  situation: (db: Db, versionId: string) => Promise<SituationFile>
  variation: (db: Db, versionId: string) => Promise<VariationFile>
  persona: (db: Db, versionId: string) => Promise<PersonaFile>
  /** A prompt version as a request for a model. */
  renderPrompt: (db: Db, versionId: string, input: PromptInput) => Promise<RenderedPrompt>
  /** The model that a prompt version names, if it names one. */
  modelOfPrompt: (db: Db, versionId: string) => Promise<string | undefined>
}

/** Reads authored texts by version: a session keeps what it began with. */
export function createContentReader(): ContentReader {
  const prompt = keptReader(RunnablePrompt)
  return {
    situation: keptReader(StoredSituation),
    variation: keptReader(StoredVariation),
    persona: keptReader(StoredPersona),
    async renderPrompt(db, versionId, input) {
      const { render } = await prompt(db, versionId)
      return render(input)
    },
    modelOfPrompt: async (db, versionId) => (await prompt(db, versionId)).model,
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
