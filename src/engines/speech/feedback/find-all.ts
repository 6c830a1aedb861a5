import type { Assessment } from '../assessment.ts'
import { findInFlow } from './find-in-flow.ts'
import { findInWords, findWordsAdded, findWordsLeftOut, isSpoken } from './find-in-words.ts'
import type { Finding } from './finding.ts'

/** Below, most of the text was not said: the sounds that were are too likely those of other words. */
const MIN_COMPLETENESS = 50

/**
 * Everything an assessment gives reason to speak about. Nothing when the audio could not be used or the text was not
 * what was spoken; only the words left out when that is most of them.
 */
export function findAll(assessment: Assessment): Finding[] {
  const { audio, scores, words } = assessment
  if (!audio.usable || scores.overall === null || !words.some(isSpoken)) return []
  const leftOut = findWordsLeftOut(words)
  if (scores.completeness !== null && scores.completeness < MIN_COMPLETENESS) return leftOut
  return [...findInWords(words), ...leftOut, ...findWordsAdded(words), ...findInFlow(assessment)]
}
