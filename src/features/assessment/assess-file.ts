import type { Assessment } from '#engines/speech/assessment.ts'
import type { SpeechEngine } from '#engines/speech/engine.ts'
import type { Advice } from '#engines/speech/feedback/advice.ts'
import { adviseOn } from '#engines/speech/feedback/advise-on.ts'
import type { FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import type { LearnerLanguages } from './learner-languages.ts'

export type AssessFileDeps = { speech: SpeechEngine; feedbackTemplates: () => readonly FeedbackTemplates[] }

export type AssessFileInput = {
  path: string
  text: string
  languages: LearnerLanguages
  signal?: AbortSignal
}

/** An assessment with what to do about it. */
export type AssessedFile = Assessment & { feedback: Advice[] }

/** Scores one file against a text and advises on it. Stores nothing. Throws what the speech engine refuses. */
export async function assessFile(
  { speech, feedbackTemplates }: AssessFileDeps,
  { path, text, languages, signal }: AssessFileInput,
): Promise<AssessedFile> {
  const { samples } = await speech.decode(path, { signal })
  const assessment = await speech.assess({ samples, text, signal })
  return { ...assessment, feedback: adviseOn({ assessment, templates: feedbackTemplates(), ...languages }) }
}
