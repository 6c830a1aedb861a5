import { z } from 'zod'
import { FactRulesFile } from './fact-rules-file.ts'
import { CulturalContextFile, LocationFile } from './location-file.ts'
import { PersonaFrontMatter } from './persona-file.ts'
import { PromptFrontMatter } from './prompt-file.ts'
import { SituationFile, type VariationFile, VariationShape } from './situation-file.ts'
import { SpeechFeedbackFile } from './speech-feedback-file.ts'

// By shape alone and with room for more keys: a rule made stricter later must not break sessions of old versions.
// Tests are for those who write.
export const StoredSituation = z.object(SituationFile.shape)
export const StoredVariation = z.object({
  ...VariationShape.shape,
  tests: z.unknown().transform((): VariationFile['tests'] => []),
})
export const StoredLocation = z.object(LocationFile.shape)
export const StoredCulturalContext = z.object(CulturalContextFile.shape)
export const StoredPersona = z.object({
  ...PersonaFrontMatter.omit({ tests: true }).shape,
  system_prompt: z.string(),
})
export const StoredPrompt = z.object({
  ...PromptFrontMatter.omit({ tests: true }).shape,
  model: z.string().optional(),
  config: z.object({ temperature: z.number().optional(), maxOutputTokens: z.int().optional() }).loose(),
  input: z.object({
    schema: z.record(z.string(), z.json()),
    default: z.record(z.string(), z.json()).optional(),
  }),
  body: z.string(),
})
export const StoredSpeechFeedback = z.object(SpeechFeedbackFile.shape)
export const StoredFactRules = z.object(FactRulesFile.shape)
