import { z } from 'zod'
import { AssessmentWire } from '#engines/speech/assessment-wire.ts'
import { Advice } from '#engines/speech/feedback/advice.ts'
import { WordFeedbackWire } from '#engines/speech/feedback/weakest-words.ts'
import { TranscriptWire } from '#engines/speech/transcribe/transcript-wire.ts'
import { Problem } from '#platform/http/problem.ts'
import { CORRECTION_KINDS } from './corrections.ts'

const Bilingual = z.object({ en: z.string(), ko: z.string() })

/** What the sound was scored against. */
export const ReferenceWire = z.object({
  basis: z.enum(['expected_response', 'transcript']),
  text: z.string(),
  nearest: z
    .object({
      goal: z.string(),
      kind: z.enum(['ideal', 'acceptable']),
      text: z.string(),
      similarity: z.number().describe('1 − word edit distance ÷ words of the longer text'),
    })
    .nullable()
    .describe('The expected response that comes nearest to what was said'),
})

export const ReplyWire = z.object({
  text: z.string(),
  provider: z.string(),
  model: z.string(),
  finish: z
    .string()
    .describe(
      '`stop`, `length`, `filtered`, `refused`, or `interrupted` for what was shown of a reply that broke off',
    ),
  scripted: z.boolean().describe('True: an authored line was played, no model was asked'),
})

export const FeedbackWire = z.object({
  basis: z.literal('heuristic'),
  goalReached: z.string().nullable(),
  betterWording: z.string().nullable(),
  mistakes: z.array(z.object({ said: z.string(), correction: z.string(), explanation: Bilingual })),
  words: z.array(WordFeedbackWire),
  advice: z.array(Advice).optional().describe('How to mend the sound, the most useful first; three at most'),
})

export const JudgementWire = z.object({
  basis: z.literal('judged'),
  judge: z.object({ provider: z.string(), model: z.string(), promptVersionId: z.uuid() }),
  goalsMet: z.array(
    z.object({ goal: z.string(), words: z.string().describe('What the learner said that shows it') }),
  ),
  appropriateness: z.int().nullable(),
  grammar: z.int().nullable(),
  vocabulary: z.int().nullable(),
  corrections: z
    .array(
      z.object({
        from: z.string(),
        to: z.string(),
        kind: z.enum(CORRECTION_KINDS),
        explanation: Bilingual,
        start: z.int().describe("Where `from` stands in the learner's words"),
        end: z.int(),
      }),
    )
    .describe('Only those that change words which were said, as little as possible; style from B2 on'),
  droppedCorrections: z.record(z.string(), z.int()).describe('How many were not trusted, by reason'),
  learner: z.enum(['answering', 'stuck', 'off_topic', 'wants_to_lead']),
  isOver: z.boolean(),
})

export const TurnWire = z
  .object({
    turnId: z.uuid(),
    sessionId: z.uuid(),
    turnNumber: z.int(),
    stage: z.enum(['received', 'decoded', 'transcribed', 'replied', 'assessed', 'completed', 'failed']),
    input: z.object({
      kind: z.enum(['text', 'audio']),
      text: z.string().nullable(),
      recordingId: z.uuid().nullable(),
    }),
    transcript: TranscriptWire.nullable(),
    reply: ReplyWire.nullable(),
    assessment: AssessmentWire.nullable(),
    unscoredReason: z.string().nullable().describe('Why there is no overall score'),
    reference: ReferenceWire.nullable(),
    feedback: FeedbackWire.nullable(),
    judgement: JudgementWire.nullable().describe('What a model made of the words'),
    unjudgedReason: z
      .string()
      .nullable()
      .describe('Why it made nothing of them; `scripted` where no model is asked'),
    problem: Problem.nullable().describe('Why the turn failed'),
    receivedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Turn' })

/** What a stream of a turn brings: the lines `event:` and `data:` of each event. */
export const TurnEventWire = z
  .discriminatedUnion('event', [
    z.object({
      event: z.literal('turn.received'),
      data: z.object({
        turnId: z.uuid(),
        sessionId: z.uuid(),
        turnNumber: z.int(),
        receivedAt: z.iso.datetime(),
      }),
    }),
    z.object({
      event: z.literal('turn.transcribed'),
      data: z.object({ transcript: TranscriptWire.nullable() }),
    }),
    z.object({ event: z.literal('reply.delta'), data: z.object({ text: z.string() }) }),
    z.object({ event: z.literal('reply.completed'), data: z.object({ reply: ReplyWire.nullable() }) }),
    z.object({
      event: z.literal('turn.assessed'),
      data: z.object({
        assessment: AssessmentWire.nullable(),
        unscoredReason: z.string().nullable(),
        reference: ReferenceWire.nullable(),
      }),
    }),
    z.object({ event: z.literal('turn.completed'), data: TurnWire }),
    z.object({ event: z.literal('problem'), data: Problem.extend({ turnId: z.uuid().optional() }) }),
  ])
  .meta({ id: 'TurnEvent' })

export const SessionWire = z
  .object({
    sessionId: z.uuid(),
    situationId: z.uuid(),
    variationId: z.uuid(),
    variationVersionId: z.uuid().describe('The very text this session plays'),
    status: z.enum(['in_progress', 'completed', 'abandoned', 'paused']),
    opener: z.string(),
    goals: z.array(z.object({ id: z.string(), description: z.string(), met: z.boolean() })),
    hintsGiven: z.int(),
    hintPenalty: z
      .int()
      .describe('Points that the overall score loses for hints: 3 for each level of hints that was shown'),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    durationSeconds: z.int().nullable(),
    scores: z.object({
      overall: z.int().nullable(),
      pronunciation: z.int().nullable(),
      fluency: z.int().nullable(),
      appropriateness: z.int().nullable(),
    }),
    unscored: z.record(z.string(), z.string()).describe('The reason for each score that is null'),
    suggestions: z
      .array(z.object({ kind: z.enum(['pronunciation', 'wording', 'goal']), text: z.string() }))
      .nullable(),
    mistakes: z
      .array(
        z.object({
          turnNumber: z.int(),
          said: z.string(),
          correction: z.string(),
          explanation: z.unknown(),
          kind: z.enum(CORRECTION_KINDS).optional().describe('Where a model judged it'),
          start: z.int().optional(),
          end: z.int().optional(),
        }),
      )
      .nullable(),
    difficultyRating: z.int().nullable(),
    satisfactionRating: z.int().nullable(),
    turns: z.array(TurnWire),
  })
  .meta({ id: 'PracticeSession' })

export const HintWire = z.object({ level: z.int(), text: Bilingual, isLast: z.boolean() })
