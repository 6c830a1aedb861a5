import { readFileSync } from 'node:fs'
import type { Assessor } from '#engines/speech/assess-samples.ts'
import { MEMBERS, openAcousticModel } from '#engines/speech/model/acoustic-model.ts'
import { openDetectors } from '#engines/speech/model/detectors.ts'
import { FOLDS, openScoreModel } from '#engines/speech/model/score-model.ts'
import { openSpeechModel } from '#engines/speech/model/speech-model.ts'
import { readPronouncingDictionary } from '#engines/speech/words/pronouncing-dictionary.ts'

/** For a speaker of the training only the models that never heard them; for any other all models, as in the service. */
export type HeldOut = {
  assessorFor(speaker: string): Assessor
  /** `undefined` for a speaker who was not part of the training. */
  foldOf(speaker: string): number | undefined
}

const SPEAKERS = new URL('../../src/engines/speech/model/weights/speakers.json', import.meta.url)

export async function openHeldOut(): Promise<HeldOut> {
  /** Speaker → the third that one acoustic model, and the fold that one score model, was trained without. */
  const split: Record<string, [number, number]> = JSON.parse(readFileSync(SPEAKERS, 'utf8'))
  const dictionary = await readPronouncingDictionary()
  const detectors = openDetectors()
  const acoustic = await Promise.all(MEMBERS.map((member) => openAcousticModel({ members: [member] })))
  const scores = await Promise.all(FOLDS.map((fold) => openScoreModel({ folds: [fold] })))
  const whole = { dictionary, model: await openSpeechModel() }
  return {
    foldOf: (speaker) => split[speaker]?.[1],
    assessorFor(speaker) {
      const [third = -1, fold = -1] = split[speaker] ?? []
      const own = { acoustic: acoustic[third], scores: scores[fold] }
      if (!own.acoustic || !own.scores) return whole
      return { dictionary, model: { acoustic: own.acoustic, scores: own.scores, detectors } }
    },
  }
}
