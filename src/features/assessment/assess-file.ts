import type { Assessment } from '#engines/speech/assessment.ts'
import type { SpeechEngine } from '#engines/speech/engine.ts'

/** Scores one file against a text. Stores nothing. Throws what the speech engine refuses. */
export async function assessFile(
  { speech }: { speech: SpeechEngine },
  { path, text, signal }: { path: string; text: string; signal?: AbortSignal },
): Promise<Assessment> {
  const { samples } = await speech.decode(path, { signal })
  return speech.assess({ samples, text, signal })
}
