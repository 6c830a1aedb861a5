import { createContentReader, findPromptVersion } from '#features/content/index.ts'
import type { RootDb } from '#platform/db/db.ts'
import type { NeededPrompt } from './prompt-contracts.ts'

export type Texts = ReturnType<typeof wireTexts>

/** Authored texts by version, and which versions are served now. */
export function wireTexts(db: RootDb) {
  const content = createContentReader()
  return {
    variationOf: (versionId: string) => content.variation(db, versionId),
    personaOf: (versionId: string) => content.persona(db, versionId),
    difficultyOf: async (versionId: string) => (await content.situation(db, versionId)).difficulty_level,
    renderPrompt: (versionId: string, input: Parameters<typeof content.renderPrompt>[2]) =>
      content.renderPrompt(db, versionId, input),
    /** Also inside a transaction. */
    modelOfPrompt: content.modelOfPrompt,
    promptVersionOf: (name: NeededPrompt) => async () => {
      const versionId = await findPromptVersion(db, name)
      if (!versionId) throw new Error(`No prompt ${name} is served`)
      return versionId
    },
  }
}
