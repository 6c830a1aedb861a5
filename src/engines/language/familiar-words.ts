/** The parts of a scene whose words its partner may use. */
export type Scene = {
  vocabulary_support: readonly { word: string }[]
  vocabulary: readonly string[]
  pronunciations: Readonly<Record<string, unknown>>
  local_context: unknown
}

/** What a scene brings along and is never too hard: its word lists, its names, and what is true about the place. */
export const familiarWordsOf = (scene: Scene): string[] => [
  ...scene.vocabulary_support.map(({ word }) => word),
  ...scene.vocabulary,
  ...Object.keys(scene.pronunciations),
  ...textsIn(scene.local_context),
]

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
