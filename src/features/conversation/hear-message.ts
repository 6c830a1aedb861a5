import { AppError } from '#base/errors.ts'
import type { DecodedAudio, SpeechEngine } from '#engines/speech/engine.ts'
import { audioNoSpeech } from '#engines/speech/errors.ts'
import type { FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import { scoreUtterance } from '#engines/speech/score-utterance.ts'
import type { Listen } from '#engines/speech/transcribe/listen.ts'
import {
  findTimes,
  transcriptOfApp,
  transcriptOfListening,
  type UtteranceTranscript,
} from '#engines/speech/transcribe/utterance-transcript.ts'
import { type Db, type RootDb, withTransaction } from '#platform/db/db.ts'
import { type Message, titleOf } from './conversation.ts'
import { addToConversation } from './conversation-queries.ts'
import { messageNotHeard } from './errors.ts'
import { updateContent } from './message-queries.ts'
import { composeSpeechFeedback, type LearnerLanguages, type Speech } from './speech.ts'
import { type ScoredSpeech, updateTranscript } from './speech-queries.ts'

/** What is practised. */
const LANGUAGE = 'en'

export type HearMessageDeps = {
  db: RootDb
  speech: Pick<SpeechEngine, 'decode' | 'quality' | 'assess'>
  listen: Listen
  feedbackTemplates: () => readonly FeedbackTemplates[]
  /** A path of the stored file for as long as `work` runs. */
  withRecording: <T>(
    key: { userId: string; recordingId: string },
    work: (path: string) => Promise<T>,
  ) => Promise<T>
  storeDuration: (
    db: Db,
    recording: { userId: string; recordingId: string; durationMs: number },
  ) => Promise<void>
  /** What to write advice in, and whose habits to expect. */
  learnerLanguagesOf: (userId: string) => Promise<LearnerLanguages>
}

/** The recording becomes samples with speech in them. Throws what is wrong with it. */
export async function decodeMessage(
  deps: HearMessageDeps,
  { userId, recordingId }: { userId: string; recordingId: string },
): Promise<DecodedAudio> {
  const audio = await deps.withRecording({ userId, recordingId }, (path) => deps.speech.decode(path))
  // Known before it is judged: a recording that is refused has a length, too.
  await deps.storeDuration(deps.db, { userId, recordingId, durationMs: audio.durationMs })
  if (deps.speech.quality(audio.samples).reason === 'no_speech') throw audioNoSpeech()
  return audio
}

type Spoken = { message: Message; speech: Speech; audio: DecodedAudio }

/**
 * The words of a spoken message: those that the app sent, or what the transcriber hears. Stored before anybody answers
 * them, so that nothing is listened to twice. Throws when there are none.
 */
export async function transcribeMessage(deps: HearMessageDeps, spoken: Spoken): Promise<UtteranceTranscript> {
  const { message, speech } = spoken
  const transcript = speech.appTranscript
    ? transcriptOfApp(speech.appTranscript)
    : transcriptOfListening(await listenTo(deps, spoken))
  const content = transcript.understood?.text ?? transcript.text
  await withTransaction(deps.db, async (tx) => {
    await updateTranscript(tx, { ...message, transcript })
    if (content === null) return
    await updateContent(tx, { ...message, content })
    await addToConversation(tx, { ...message, count: 0, title: titleOf(content) })
  })
  if (content === null) throw messageNotHeard(transcript)
  return transcript
}

function listenTo({ listen }: HearMessageDeps, { message, audio }: Spoken) {
  const { appId, userId, messageId } = message
  return listen({
    samples: audio.samples,
    language: LANGUAGE,
    attribution: { appId, userId, turnId: messageId },
  })
}

/**
 * The sound scored against what was said in it. What keeps it from being scored becomes the reason: the reply, which
 * may have cost money by then, must not be made again for it.
 */
export async function scoreMessage(
  deps: HearMessageDeps,
  { message, audio, transcript }: Omit<Spoken, 'speech'> & { transcript: UtteranceTranscript },
): Promise<ScoredSpeech> {
  const said = transcript.text ?? ''
  const { detail, unscoredReason } = await scoreUtterance(deps.speech, {
    samples: audio.samples,
    text: said,
    transcript: said,
  }).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error
    return { detail: null, unscoredReason: error.code }
  })
  const words = findTimes(transcript, detail)
  const timed = words ? { ...transcript, words, timedBy: 'aligner' as const } : transcript
  const languages = await deps.learnerLanguagesOf(message.userId)
  const feedback = detail && composeSpeechFeedback(detail, { templates: deps.feedbackTemplates(), languages })
  return { transcript: timed, assessment: detail, unscoredReason, feedback }
}
