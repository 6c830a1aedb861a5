import type { Session } from './session.ts'
import type { Transcript, TurnView } from './turn.ts'

const BEGAN = new Date(0)

/** A session that is in no table. */
export const rehearsalSession = ({
  opener,
  userId,
  judgePromptVersionId,
}: {
  opener: string
  userId: string
  judgePromptVersionId: string
}): Session => ({
  sessionId: userId,
  userId,
  situationId: '',
  variationId: '',
  situationVersionId: '',
  variationVersionId: '',
  promptVersionId: 'reply',
  judgePromptVersionId,
  requestHash: '',
  opener,
  startedAt: BEGAN,
  endedAt: null,
  durationSeconds: null,
  status: 'in_progress',
  aiInteractions: [],
  scores: { overall: null, pronunciation: null, fluency: null, appropriateness: null },
  suggestions: null,
  mistakes: null,
  difficultyRating: null,
  satisfactionRating: null,
})

/** A turn that is in no table, as it is when its words are known. */
export const rehearsalTurn = ({
  turnId,
  userId,
  turnNumber,
}: {
  turnId: string
  userId: string
  turnNumber: number
}): TurnView => ({
  turnId,
  userId,
  sessionId: userId,
  appId: userId,
  turnNumber,
  requestHash: '',
  inputKind: 'text',
  inputText: null,
  appTranscript: null,
  recordingId: null,
  stage: 'transcribed',
  failedStage: null,
  problem: null,
  matchedResponse: null,
  replyText: null,
  replyProvider: null,
  replyModel: null,
  replyFinish: null,
  feedback: null,
  judgement: null,
  unjudgedReason: null,
  attempts: 1,
  receivedAt: BEGAN,
  endedAt: null,
  transcript: null,
  assessment: null,
})

export const typedTranscript = (text: string | null): Transcript => ({
  text,
  unmatchedReason: text === null ? 'no_speech' : null,
  words: [],
  confidence: null,
  source: 'typed',
  transcriber: { name: 'typed', model: null, version: '1' },
  language: null,
  timedBy: null,
  dropped: [],
  faults: [],
  fallback: null,
  understood: null,
  secondPassFailure: null,
})
