import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import type { Command } from 'commander'
import { AppError } from '#base/errors.ts'
import { createSpeechEngine } from '#engines/speech/engine.ts'
import type { FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import {
  assessManifest,
  compareAssessments,
  formatComparison,
  LearnerLanguages,
  readAssessments,
  writeLine,
} from '#features/assessment/index.ts'
import { formatFault, readContent, toFeedbackTemplates } from '#features/content/index.ts'
import { readConfig } from '#platform/config.ts'

type Options = {
  manifest: string
  out: string
  threads?: string
  firstLanguage?: string
  language?: string
  compare?: string
}

export function addAssessCommand(program: Command): void {
  program
    .command('assess')
    .requiredOption(
      '--manifest <file>',
      'JSON lines {"id","audio","text"[,"firstLanguage","language"]}; audio paths are relative to this file',
    )
    .requiredOption(
      '--out <file>',
      'JSON lines {"id", …assessment, "feedback"} or {"id","problem"}, in the order of the manifest',
    )
    .option('--threads <count>', 'recordings scored at once (default: MALGIL_SPEECH_THREADS or one a core)')
    .option('--first-language <tag>', "the learners' first language, such as ko: what feedback looks for")
    .option('--language <tag>', 'what the feedback is written in: en (default) or ko')
    .option('--compare <file>', 'what an earlier assess wrote: reports how the scores of the same ids moved')
    .description('Score a manifest of recordings; a bad line gets a problem and never stops the run')
    .action(assess)
}

async function assess({ manifest, out, threads, compare, ...options }: Options): Promise<void> {
  const config = readConfig({ ...process.env, ...(threads ? { MALGIL_SPEECH_THREADS: threads } : {}) })
  const languages = readLanguages(options)
  const feedbackTemplates = readTemplates(config.contentDir)
  const earlier = compare ? await readAssessments(compare) : undefined
  await access(manifest).catch((cause: unknown) => {
    throw new AppError('invalid', 'manifest.unreadable', `The manifest ${manifest} cannot be read`, { cause })
  })
  const output = createWriteStream(out)
  await once(output, 'open').catch((cause: unknown) => {
    throw new AppError('invalid', 'output.unwritable', `The file ${out} cannot be written`, { cause })
  })
  const speech = createSpeechEngine({ ...config.speech, maxQueue: Number.POSITIVE_INFINITY })
  try {
    await speech.check()
    const startedAt = performance.now()
    const { done, problems } = await assessManifest(
      {
        speech,
        feedbackTemplates: () => feedbackTemplates,
        parallel: config.speech.threads,
        onProgress: createProgress(process.stderr),
      },
      { manifestPath: manifest, languages, write: (answer) => writeLine(output, answer) },
    )
    const seconds = (performance.now() - startedAt) / 1000
    if (process.stderr.isTTY) process.stderr.write('\r')
    console.error(`${done} recordings in ${seconds.toFixed(1)} s, ${problems} with a problem`)
  } finally {
    await speech.close()
    output.end()
  }
  await finished(output)
  if (earlier) console.log(formatComparison(compareAssessments(earlier, await readAssessments(out))))
}

function readLanguages(options: Pick<Options, 'firstLanguage' | 'language'>): LearnerLanguages {
  const parsed = LearnerLanguages.safeParse(options)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
  throw new AppError('invalid', 'language.invalid', faults.join('; '))
}

/** Faults of other content do not matter here. */
function readTemplates(contentDir: string): FeedbackTemplates[] {
  const { speechFeedback, faults } = readContent(contentDir)
  const found = faults.filter(({ file }) => file.startsWith('prompts/speech-feedback'))
  if (found.length === 0) return toFeedbackTemplates(speechFeedback)
  const lines = found.map(formatFault).join('\n')
  throw new AppError('invalid', 'content.invalid', `The feedback templates have faults:\n${lines}`)
}

/** A terminal shows one line that changes. A file or a log gets a new line at most every ten seconds. */
const LINE_EVERY_MS = 10_000

type Counts = { done: number; problems: number }
type Output = { isTTY?: boolean; write: (text: string) => unknown }

export function createProgress(output: Output, now = () => performance.now()): (counts: Counts) => void {
  let lastAt = now()
  return ({ done, problems }) => {
    const text = `${done} done, ${problems} with a problem`
    if (output.isTTY) return void output.write(`\r${text}`)
    if (now() - lastAt < LINE_EVERY_MS) return
    lastAt = now()
    output.write(`${text}\n`)
  }
}
