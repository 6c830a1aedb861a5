import { z } from 'zod'
import type { Assessment } from './assessment.ts'

const Score = z.int().min(0).max(100)
const Ms = z.int().min(0)
const Share = z.number().min(0).max(1)

const Phone = z.object({
  phone: z.string().describe('ARPAbet without stress'),
  startMs: Ms.describe('Where it begins, in ms from the start of the recording'),
  endMs: Ms.describe('Where it ends'),
  score: Score.nullable().describe('How well it was said; null where it cannot be told'),
  heard: z.string().optional().describe('The phone that fits the sound better'),
  insertedAfter: z.string().optional().describe('A vowel heard after the phone that does not belong there'),
})

const Word = z.object({
  text: z.string().describe('The word as the reference writes it; an inserted one as it was heard'),
  startMs: Ms.nullable().describe(
    'Where it begins, in ms from the start of the recording; null for an omitted word',
  ),
  endMs: Ms.nullable().describe('Where it ends'),
  score: Score.nullable().describe('How well it was said'),
  stress: Score.nullable().describe('How well its stress was placed; null for words without one to place'),
  status: z.enum(['ok', 'mispronounced', 'omitted', 'inserted']).describe('What became of the word'),
  phones: z.array(Phone).describe('Its sounds in order'),
  unscored: z.string().optional().describe('Why `score` is null'),
})

/** The assessment as documented; the type check below keeps it equal to what the scorer returns. */
export const AssessmentWire = z
  .object({
    transcript: z.string().nullable().describe('What was heard; null where only the reference is known'),
    reference: z.string().describe('The text that was to be said'),
    durationMs: Ms.describe('Length of the recording'),
    scores: z
      .object({
        accuracy: Score.nullable().describe('How the sounds were said'),
        fluency: Score.nullable().describe('Speed and pauses'),
        prosody: Score.nullable().describe('Stress, rhythm and melody'),
        completeness: Score.nullable().describe('How much of the reference was said'),
        overall: Score.nullable().describe('All of it together'),
      })
      .describe('0 to 100; null with a reason in `unscored`'),
    confidence: z
      .object({
        accuracy: Share.nullable().describe('Of `scores.accuracy`'),
        fluency: Share.nullable().describe('Of `scores.fluency`'),
        prosody: Share.nullable().describe('Of `scores.prosody`'),
        completeness: Share.nullable().describe('Of `scores.completeness`'),
        overall: Share.nullable().describe('Of `scores.overall`'),
      })
      .describe('Probability that the score lies within ten points of the experts'),
    unscored: z.record(z.string(), z.string()).describe('The reason for each sentence score that is null'),
    fluency: z
      .object({
        syllablesPerSecond: z.number().describe('Pauses included'),
        articulationRate: z.number().describe('Syllables a second, pauses left out'),
        phonationRatio: z.number().describe('Share of the time in which there was speech'),
        pauses: z
          .array(
            z.object({
              startMs: Ms.describe('Where it begins, in ms from the start of the recording'),
              durationMs: Ms.describe('Its length'),
            }),
          )
          .describe('Where speech stopped'),
        pauseCount: z.int().describe('How many pauses there were'),
        pauseTotalMs: Ms.describe('Their length together'),
        meanRunSyllables: z.number().describe('Syllables between two pauses, on average'),
        repetitions: z
          .array(
            z.object({
              text: z.string().describe('The words'),
              startMs: Ms.describe('Where it begins, in ms from the start of the recording'),
              endMs: Ms.describe('Where it ends'),
            }),
          )
          .describe('Words said again'),
      })
      .nullable()
      .describe('Speed and pauses as measured; null where too little was said'),
    prosody: z
      .object({
        pitchMedianHz: z.number().nullable().describe('The middle of the voice'),
        pitchRangeSemitones: z.number().nullable().describe('Between low and high'),
        pitchMovementSemitones: z.number().nullable().describe('How much the pitch moves'),
        rhythmNpvi: z.number().nullable().describe('How unlike in length neighbouring vowels are (nPVI)'),
      })
      .nullable()
      .describe('Melody and rhythm as measured'),
    words: z.array(Word).describe('Every word in order'),
    audio: z
      .object({
        snrDb: z.number().nullable().describe('Speech over noise, in dB'),
        clippingRatio: z.number().describe('Share of the samples that are cut off'),
        speechRatio: z.number().describe('Share of the time with speech'),
        bandwidthHz: z.int().optional().describe('About 3,400 on a telephone'),
        usable: z.boolean().describe('False: too poor to be scored'),
        reason: z.string().optional().describe('Why it is not usable'),
      })
      .describe('The quality of the recording'),
    basis: z.literal('measured').describe('Read off the sound itself'),
    scorer: z
      .object({
        name: z.string().describe('Its name'),
        version: z.string().describe('Its version: scores of two versions are not the same scale'),
      })
      .describe('Who scored'),
  })
  .meta({ id: 'Assessment', description: 'The scores of one utterance, from its sound' })

/** Compiles only while every assessment fits the documented shape. */
export const presentAssessment = (assessment: Assessment): z.input<typeof AssessmentWire> => ({
  ...assessment,
  unscored: Object.fromEntries(Object.entries(assessment.unscored)),
})
