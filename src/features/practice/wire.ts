import { z } from 'zod'
import { LevelWire, ReplyLevelWire, SafetyWire } from '#engines/language/language-wire.ts'
import { REPAIR_KINDS } from '#engines/language/repair-line.ts'
import { AssessmentWire } from '#engines/speech/assessment-wire.ts'
import { Advice } from '#engines/speech/feedback/advice.ts'
import { WordFeedbackWire } from '#engines/speech/feedback/weakest-words.ts'
import { TranscriptWire } from '#engines/speech/transcribe/transcript-wire.ts'
import { Problem } from '#platform/http/problem.ts'
import { JUDGED_ASPECTS } from './cap-scores.ts'
import { CORRECTION_KINDS } from './corrections.ts'

const Bilingual = z.object({ en: z.string().describe('In English'), ko: z.string().describe('In Korean') })

/** What the sound was scored against. */
export const ReferenceWire = z
  .object({
    basis: z
      .enum(['expected_response', 'transcript'])
      .describe('An expected response, or what was understood'),
    text: z.string().describe('The text'),
    nearest: z
      .object({
        goal: z.string().describe('The goal it reaches'),
        kind: z.enum(['ideal', 'acceptable']).describe('How the author rates it'),
        text: z.string().describe('The response'),
        similarity: z.number().describe('1 − word edit distance ÷ words of the longer text'),
      })
      .nullable()
      .describe('The expected response that comes nearest to what was said'),
  })
  .meta({ id: 'Reference', description: 'What a sound was scored against' })

export const RepairWire = z
  .object({
    kind: z.enum(REPAIR_KINDS).describe('What help was asked for'),
    slower: z.boolean().describe('Play the reply slowly'),
    note: Bilingual.describe("For the learner's screen"),
    skippedGoal: z
      .string()
      .nullable()
      .describe('The goal that was passed over, where the learner asked to go on'),
  })
  .meta({ id: 'Repair', description: 'Help that was asked for' })

export const ReplyWire = z
  .object({
    text: z.string().describe('What the partner says'),
    provider: z.string().describe('Who was asked'),
    model: z.string().describe('The model that answered'),
    finish: z
      .string()
      .describe(
        '`stop`, `length`, `filtered`, `refused`, or `interrupted` for what was shown of a reply that broke off',
      ),
    scripted: z.boolean().describe('True: an authored line was played, no model was asked'),
    slower: z.boolean().describe('The learner asked for it more slowly'),
    level: ReplyLevelWire.nullable().describe('How hard the reply is'),
  })
  .meta({ id: 'Reply', description: 'What the partner answers' })

export const FeedbackWire = z
  .object({
    basis: z.literal('heuristic').describe('Made by rules from scores and authored responses'),
    goalReached: z.string().nullable().describe('The goal that these words reached'),
    betterWording: z.string().nullable().describe('An authored response that says it better'),
    mistakes: z
      .array(
        z.object({
          said: z.string().describe('The words'),
          correction: z.string().describe('What would be right'),
          explanation: Bilingual.describe('Why'),
          start: z.int().optional().describe("Where it stands in the learner's words"),
          end: z.int().optional().describe('Where it ends'),
        }),
      )
      .describe('Expected mistakes that were made'),
    words: z.array(WordFeedbackWire).describe('The weakest words'),
    advice: z
      .array(Advice)
      .optional()
      .describe('How to mend the sound, the most useful first; three at most'),
  })
  .meta({ id: 'TurnFeedback', description: 'What the learner can do better' })

export const JudgementWire = z
  .object({
    basis: z.literal('judged').describe('A model judged'),
    judge: z
      .object({
        provider: z.string().describe('Of the model'),
        model: z.string().describe('Its name'),
        promptVersionId: z.uuid().describe('The text it was asked with'),
      })
      .describe('Who judged'),
    goalsMet: z
      .array(
        z.object({
          goal: z.string().describe('The goal'),
          words: z.string().describe('What the learner said that shows it'),
        }),
      )
      .describe('Goals that these words reached'),
    appropriateness: z.int().nullable().describe('0 to 100; null where it was not judged'),
    grammar: z.int().nullable().describe('0 to 100'),
    vocabulary: z.int().nullable().describe('0 to 100'),
    unscoredReason: z
      .literal('instruction_like')
      .nullable()
      .optional()
      .describe(
        'Why all three are null: the words were an order to the program, not talk. Absent in old turns',
      ),
    cappedScores: z
      .partialRecord(z.enum(JUDGED_ASPECTS), z.int())
      .optional()
      .describe(
        'What the judge said where it was more than the words can show: without a goal or an expected response, up to 3 ' +
          'words are worth 60 at most and up to 6 words 80; off the topic, appropriateness is 40 at most',
      ),
    corrections: z
      .array(
        z.object({
          from: z.string().describe('The words as said'),
          to: z.string().describe('The words as they should be'),
          kind: z.enum(CORRECTION_KINDS).describe('What kind of mistake'),
          explanation: Bilingual.describe('Why'),
          start: z.int().describe("Where `from` stands in the learner's words"),
          end: z.int().describe('Where `from` ends'),
        }),
      )
      .describe('Only those that change words which were said, as little as possible; style from B2 on'),
    droppedCorrections: z.record(z.string(), z.int()).describe('How many were not trusted, by reason'),
    learner: z
      .enum(['answering', 'stuck', 'off_topic', 'wants_to_lead'])
      .describe('What the learner was doing'),
    isOver: z.boolean().describe('Whether the talk has come to its end'),
  })
  .meta({ id: 'Judgement', description: 'What a model made of the words' })

export const TurnWire = z
  .object({
    turnId: z.uuid().describe('Of this turn'),
    sessionId: z.uuid().describe('Of its session'),
    turnNumber: z.int().describe('Counts from 1 in the session'),
    stage: z
      .enum(['received', 'decoded', 'transcribed', 'replied', 'assessed', 'completed', 'failed'])
      .describe('How far it has come; `completed` and `failed` are ends'),
    kind: z
      .enum(['talk', 'repair', 'refusal'])
      .describe('`repair`: asked for help instead of answering; `refusal`: said what is not talked about'),
    repair: RepairWire.nullable().describe('The help that was asked for'),
    safety: SafetyWire.nullable().describe("What was found about the learner's words"),
    input: z
      .object({
        kind: z.enum(['text', 'audio']).describe('Typed or spoken'),
        text: z.string().nullable().describe('What was typed'),
        recordingId: z.uuid().nullable().describe('The sound that was sent'),
      })
      .describe('What the learner sent'),
    transcript: TranscriptWire.nullable().describe('What was said'),
    reply: ReplyWire.nullable().describe('What the partner answers'),
    assessment: AssessmentWire.nullable().describe('The scores of the sound'),
    unscoredReason: z.string().nullable().describe('Why there is no overall score'),
    reference: ReferenceWire.nullable().describe('What the sound was scored against'),
    feedback: FeedbackWire.nullable().describe('What the learner can do better'),
    judgement: JudgementWire.nullable().describe('What a model made of the words'),
    unjudgedReason: z
      .string()
      .nullable()
      .describe('Why it made nothing of them; `scripted` where no model is asked'),
    problem: Problem.nullable().describe('Why the turn failed'),
    receivedAt: z.iso.datetime().describe('When it was stored'),
    endedAt: z.iso.datetime().nullable().describe('When it completed or failed'),
  })
  .meta({ id: 'Turn', description: 'What the learner said, with all that came of it' })

/** What a stream of a turn brings: the lines `event:` and `data:` of each event. */
export const TurnEventWire = z
  .discriminatedUnion('event', [
    z.object({
      event: z.literal('turn.received').describe('The turn is stored'),
      data: z
        .object({
          turnId: z.uuid().describe('Of the turn'),
          sessionId: z.uuid().describe('Of its session'),
          turnNumber: z.int().describe('Counts from 1 in the session'),
          receivedAt: z.iso.datetime().describe('When it was stored'),
        })
        .describe('What is stored'),
    }),
    z.object({
      event: z.literal('turn.transcribed').describe('Its words are known'),
      data: z
        .object({ transcript: TranscriptWire.nullable().describe('What was said') })
        .describe('The words'),
    }),
    z.object({
      event: z.literal('reply.delta').describe('A piece of the reply'),
      data: z.object({ text: z.string().describe('Words to append') }).describe('The piece'),
    }),
    z.object({
      event: z.literal('reply.completed').describe('The reply is whole'),
      data: z
        .object({ reply: ReplyWire.nullable().describe('What the partner answers') })
        .describe('The reply'),
    }),
    z.object({
      event: z.literal('turn.assessed').describe('The sound is scored'),
      data: z
        .object({
          assessment: AssessmentWire.nullable().describe('The scores of the sound'),
          unscoredReason: z.string().nullable().describe('Why there is no overall score'),
          reference: ReferenceWire.nullable().describe('What the sound was scored against'),
        })
        .describe('The scores'),
    }),
    z.object({
      event: z.literal('turn.completed').describe('The end: the whole turn'),
      data: TurnWire.describe('The turn'),
    }),
    z.object({
      event: z.literal('problem').describe('The end: the turn failed'),
      data: Problem.extend({ turnId: z.uuid().optional().describe('Of the turn') }).describe('Why'),
    }),
  ])
  .meta({ id: 'TurnEvent', description: 'One event of a stream' })

export const SessionWire = z
  .object({
    sessionId: z.uuid().describe('Of this session'),
    situationId: z.uuid().describe('The situation'),
    variationId: z.uuid().describe('The variation that is played'),
    variationVersionId: z.uuid().describe('The very text this session plays'),
    status: z.enum(['in_progress', 'completed', 'abandoned', 'paused']).describe('How it stands'),
    level: LevelWire.nullable().describe("What the partner's lines are kept to"),
    sessionOver: z
      .object({
        reason: z
          .enum(['turn_limit', 'time_limit', 'cost_limit', 'goals_met', 'learner_ended'])
          .describe('What ended it'),
        takesTurns: z
          .boolean()
          .describe('False at a limit: the partner has closed, a further turn is refused'),
      })
      .nullable()
      .describe('Why the talk is over, where it is'),
    opener: z.string().describe("The partner's first line"),
    goals: z
      .array(
        z.object({
          id: z.string().describe('Name of the goal'),
          description: z.string().describe('What it asks for'),
          met: z.boolean().describe('Whether it was reached'),
        }),
      )
      .describe('What the learner is to reach'),
    hintsGiven: z.int().describe('How many levels of hints were shown'),
    hintPenalty: z
      .int()
      .describe('Points that the overall score loses for hints: 3 for each level of hints that was shown'),
    startedAt: z.iso.datetime().describe('When it began'),
    endedAt: z.iso.datetime().nullable().describe('When it ended'),
    durationSeconds: z.int().nullable().describe('How long it took'),
    scores: z
      .object({
        overall: z.int().nullable().describe('All together'),
        pronunciation: z.int().nullable().describe('Of the spoken turns'),
        fluency: z.int().nullable().describe('Of the spoken turns'),
        appropriateness: z.int().nullable().describe('Of the words, where a model judged'),
      })
      .describe('Of the whole session, 0 to 100; null with a reason in `unscored`'),
    unscored: z.record(z.string(), z.string()).describe('The reason for each score that is null'),
    suggestions: z
      .array(
        z.object({
          kind: z
            .enum(['pronunciation', 'wording', 'goal', 'correction', 'vocabulary'])
            .describe('What it is about'),
          text: z.string().describe('The suggestion'),
        }),
      )
      .nullable()
      .describe('What to do next time; null until it is completed'),
    mistakes: z
      .array(
        z.object({
          turnNumber: z.int().describe('In which turn'),
          said: z.string().describe('The words'),
          correction: z.string().describe('What would be right'),
          explanation: z.unknown().describe('Why, by language: `en`, `ko`'),
          kind: z.enum(CORRECTION_KINDS).optional().describe('Where a model judged it'),
          start: z.int().optional().describe('Where it begins in the words of the turn'),
          end: z.int().optional().describe('Where it ends'),
        }),
      )
      .nullable()
      .describe('All mistakes of the session; null until it is completed'),
    difficultyRating: z.int().nullable().describe('1 to 5, by the learner'),
    satisfactionRating: z.int().nullable().describe('1 to 5, by the learner'),
    turns: z.array(TurnWire).describe('Every turn, the oldest first'),
  })
  .meta({ id: 'PracticeSession', description: 'A run of a variation by a learner' })

/** A session in a list: what a turn shows of it is read with the session itself. */
export const ListedSessionWire = SessionWire.pick({
  sessionId: true,
  situationId: true,
  variationId: true,
  variationVersionId: true,
  status: true,
  level: true,
  opener: true,
  startedAt: true,
  endedAt: true,
  durationSeconds: true,
  scores: true,
  unscored: true,
  difficultyRating: true,
  satisfactionRating: true,
})
  .extend({ turnCount: z.int().describe('How many turns were sent') })
  .meta({ id: 'ListedPracticeSession', description: 'A run of a variation, without its turns' })

export const HintWire = z
  .object({
    level: z.int().describe('Counts from 1'),
    text: Bilingual.describe('The hint'),
    isLast: z.boolean().describe('True: there is no further hint'),
  })
  .meta({ id: 'Hint', description: 'Help for the next line' })
