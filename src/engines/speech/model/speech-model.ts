import { type AcousticModel, type Member, openAcousticModel } from './acoustic-model.ts'
import { type Detectors, openDetectors } from './detectors.ts'
import { openScoreModel, type ScoreModel } from './score-model.ts'

/** Everything that was trained, loaded for one thread. */
export type SpeechModel = { acoustic: AcousticModel; scores: ScoreModel; detectors: Detectors }

export type SpeechModelOptions = {
  /** Only these models: to score a speaker of the training corpus by those that never met them. */
  members?: readonly Member[] | undefined
  folds?: readonly number[] | undefined
  /** Where other weights lie; those of the project when absent. */
  directory?: string | undefined
}

export async function openSpeechModel(options: SpeechModelOptions = {}): Promise<SpeechModel> {
  const [acoustic, scores] = await Promise.all([openAcousticModel(options), openScoreModel(options)])
  return { acoustic, scores, detectors: openDetectors(options.directory) }
}
