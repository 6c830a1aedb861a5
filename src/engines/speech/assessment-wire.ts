import { z } from 'zod'
import type { Assessment } from './assessment.ts'

const Score = z.int().min(0).max(100)
const Ms = z.int().min(0)
const Share = z.number().min(0).max(1)

const Phone = z.object({
  phone: z.string().describe('ARPAbet without stress'),
  startMs: Ms,
  endMs: Ms,
  score: Score.nullable(),
  heard: z.string().optional().describe('The phone that fits the sound better'),
  insertedAfter: z.string().optional().describe('A vowel heard after the phone that does not belong there'),
})

const Word = z.object({
  text: z.string(),
  startMs: Ms.nullable(),
  endMs: Ms.nullable(),
  score: Score.nullable(),
  stress: Score.nullable(),
  status: z.enum(['ok', 'mispronounced', 'omitted', 'inserted']),
  phones: z.array(Phone),
  unscored: z.string().optional().describe('Why `score` is null'),
})

/** The assessment as documented; the type check below keeps it equal to what the scorer returns. */
export const AssessmentWire = z
  .object({
    transcript: z.string().nullable(),
    reference: z.string(),
    durationMs: Ms,
    scores: z.object({
      accuracy: Score.nullable(),
      fluency: Score.nullable(),
      prosody: Score.nullable(),
      completeness: Score.nullable(),
      overall: Score.nullable(),
    }),
    confidence: z
      .object({
        accuracy: Share.nullable(),
        fluency: Share.nullable(),
        prosody: Share.nullable(),
        completeness: Share.nullable(),
        overall: Share.nullable(),
      })
      .describe('Probability that the score lies within ten points of the experts'),
    unscored: z.record(z.string(), z.string()).describe('The reason for each sentence score that is null'),
    fluency: z
      .object({
        syllablesPerSecond: z.number(),
        articulationRate: z.number(),
        phonationRatio: z.number(),
        pauses: z.array(z.object({ startMs: Ms, durationMs: Ms })),
        pauseCount: z.int(),
        pauseTotalMs: Ms,
        meanRunSyllables: z.number(),
        repetitions: z.array(z.object({ text: z.string(), startMs: Ms, endMs: Ms })),
      })
      .nullable(),
    prosody: z
      .object({
        pitchMedianHz: z.number().nullable(),
        pitchRangeSemitones: z.number().nullable(),
        pitchMovementSemitones: z.number().nullable(),
        rhythmNpvi: z.number().nullable(),
      })
      .nullable(),
    words: z.array(Word),
    audio: z.object({
      snrDb: z.number().nullable(),
      clippingRatio: z.number(),
      speechRatio: z.number(),
      bandwidthHz: z.int().optional().describe('About 3,400 on a telephone'),
      usable: z.boolean(),
      reason: z.string().optional(),
    }),
    basis: z.literal('measured'),
    scorer: z.object({ name: z.string(), version: z.string() }),
  })
  .meta({ id: 'Assessment' })

/** Compiles only while every assessment fits the documented shape. */
export const presentAssessment = (assessment: Assessment): z.input<typeof AssessmentWire> => ({
  ...assessment,
  unscored: Object.fromEntries(Object.entries(assessment.unscored)),
})
