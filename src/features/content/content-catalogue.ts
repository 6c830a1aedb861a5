import type { AuthoredFault, KeyPath } from '#platform/authored/fault.ts'
import type { FactRulesFile } from './fact-rules-file.ts'
import type { CulturalContextFile, LocationFile } from './location-file.ts'
import type { PersonaFile } from './persona-file.ts'
import type { PromptFile } from './prompt-file.ts'
import type { SimulatedLearnerFile } from './simulated-learner-file.ts'
import type { SituationFile, VariationFile } from './situation-file.ts'
import type { SpeechFeedbackFile } from './speech-feedback-file.ts'

/** What one authored file says, read from the file or from a release. */
export type AuthoredText<Value> = {
  /** Relative to the content root, with forward slashes. */
  file: string
  value: Value
  /** SHA-256, hex, of the file's text: the identity of this version. */
  contentHash: string
}

/** One sound file of the content folder. */
export type ContentFile<Value> = AuthoredText<Value> & {
  /** A fault of this file at the line where `path` is written. */
  faultAt: (path: KeyPath, message: string) => AuthoredFault
}

export type AuthoredSituation = ContentFile<SituationFile> & { variations: ContentFile<VariationFile>[] }

/** Everything that could be read, in the order of the file names, and everything that is wrong. */
export type ContentCatalogue = {
  situations: AuthoredSituation[]
  locations: ContentFile<LocationFile>[]
  culturalContexts: ContentFile<CulturalContextFile>[]
  personas: ContentFile<PersonaFile>[]
  prompts: ContentFile<PromptFile>[]
  simulatedLearners: ContentFile<SimulatedLearnerFile>[]
  speechFeedback: ContentFile<SpeechFeedbackFile>[]
  factRules: ContentFile<FactRulesFile>[]
  faults: AuthoredFault[]
}

/** All that is served together. */
export type ContentSet = {
  situations: (AuthoredText<SituationFile> & { variations: AuthoredText<VariationFile>[] })[]
  locations: AuthoredText<LocationFile>[]
  culturalContexts: AuthoredText<CulturalContextFile>[]
  personas: AuthoredText<PersonaFile>[]
  prompts: AuthoredText<PromptFile>[]
  speechFeedback: AuthoredText<SpeechFeedbackFile>[]
  factRules: AuthoredText<FactRulesFile>[]
}
