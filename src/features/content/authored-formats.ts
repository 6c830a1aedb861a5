import type { z } from 'zod'
import { FactRulesFile } from './fact-rules-file.ts'
import { CulturalContextFile, LocationFile } from './location-file.ts'
import { PersonaFrontMatter } from './persona-file.ts'
import { PartialFrontMatter, PromptFrontMatter } from './prompt-file.ts'
import { SimulatedLearnerFile } from './simulated-learner-file.ts'
import { SituationFile, VariationShape } from './situation-file.ts'
import { SpeechFeedbackFile } from './speech-feedback-file.ts'

/** What each kind of authored file holds, in its front matter where it is Markdown. `prices` belongs to `usage`. */
export const CONTENT_SCHEMAS = {
  situation: SituationFile,
  variation: VariationShape,
  persona: PersonaFrontMatter,
  prompt: PromptFrontMatter,
  partial: PartialFrontMatter,
  location: LocationFile,
  'cultural-context': CulturalContextFile,
  'speech-feedback': SpeechFeedbackFile,
  'learner-facts': FactRulesFile,
  'simulated-learner': SimulatedLearnerFile,
} satisfies Record<string, z.ZodType>

type FormatName = keyof typeof CONTENT_SCHEMAS | 'prices'

/** Below the content folder; the first that fits. */
const PLACES: readonly [RegExp, FormatName][] = [
  [/^prompts\/situations\/[^/]+\/situation\.yaml$/, 'situation'],
  [/^prompts\/situations\/[^/]+\/[^/]+\.yaml$/, 'variation'],
  [/^prompts\/locations\/[^/]+\.yaml$/, 'location'],
  [/^prompts\/cultural-contexts\/[^/]+\.yaml$/, 'cultural-context'],
  [/^prompts\/speech-feedback\/[^/]+\.yaml$/, 'speech-feedback'],
  [/^prompts\/learner-facts\/[^/]+\.yaml$/, 'learner-facts'],
  [/^prompts\/simulated-learners\/[^/]+\.yaml$/, 'simulated-learner'],
  [/^prompts\/prices\/[^/]+\.yaml$/, 'prices'],
  [/^prompts\/_[^/]+\.prompt\.md$/, 'partial'],
  [/^prompts\/[^/]+\.prompt\.md$/, 'prompt'],
  [/^personas\/[^/]+\.persona\.md$/, 'persona'],
]

/** The kind of an authored file, told by its place; nothing for what is none. */
export const formatOf = (file: string): FormatName | undefined =>
  PLACES.find(([pattern]) => pattern.test(file))?.[1]

/** Beside `prompts/`: the published JSON Schema of a kind of file. */
export const schemaFileOf = (format: string) => `schemas/${format}.schema.json`
