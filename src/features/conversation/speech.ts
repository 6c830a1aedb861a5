import { z } from 'zod'
import type { Assessment } from '#engines/speech/assessment.ts'
import { Advice } from '#engines/speech/feedback/advice.ts'
import { adviseOn } from '#engines/speech/feedback/advise-on.ts'
import type { FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import { WordFeedbackWire, weakestWords } from '#engines/speech/feedback/weakest-words.ts'
import type { UtteranceTranscript } from '#engines/speech/transcribe/utterance-transcript.ts'

/** `heuristic`: read off the measured scores. Nobody judges the words of a free talk. */
export const SpeechFeedback = z.object({
  basis: z.literal('heuristic').describe('Read off the measured scores'),
  words: z.array(WordFeedbackWire).describe('The weakest words'),
  advice: z.array(Advice).describe('How to mend the sound, the most useful first; three at most'),
})

export type SpeechFeedback = z.output<typeof SpeechFeedback>

/** What came of the recording of a message so far. */
export type Speech = {
  recordingId: string
  /** What the app says was said. */
  appTranscript: string | null
  transcript: UtteranceTranscript | null
  /** `null` without `unscoredReason`: not scored yet. */
  assessment: Assessment | null
  unscoredReason: string | null
  feedback: SpeechFeedback | null
  assessedAt: Date | null
}

export type LearnerLanguages = { firstLanguage: string | undefined; language: string }

export function composeSpeechFeedback(
  assessment: Assessment,
  { templates, languages }: { templates: readonly FeedbackTemplates[]; languages: LearnerLanguages },
): SpeechFeedback {
  return {
    basis: 'heuristic',
    words: weakestWords(assessment.words),
    advice: adviseOn({ assessment, templates, ...languages }),
  }
}
