import { createReadStream, type WriteStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import { type AssessedFile, type AssessFileDeps, assessFile } from './assess-file.ts'
import { LearnerLanguages } from './learner-languages.ts'

const Line = z.strictObject({
  id: z.union([z.string(), z.number()]),
  audio: z.string().min(1),
  text: z.string().min(1).max(2_000),
  ...LearnerLanguages.shape,
})

export type LineProblem = { code: string; detail: string }
export type ManifestAnswer =
  | ({ id: string | number | null } & AssessedFile)
  | { id: string | number | null; line: number; problem: LineProblem }

export type AssessManifestDeps = AssessFileDeps & {
  /** How many recordings are in work at once. */
  parallel: number
  onProgress: (counts: { done: number; problems: number }) => void
}

/**
 * Scores every line of a JSONL manifest; audio paths are relative to it. Answers come in the order of the lines, a
 * bad line gets a problem and never stops the run, and memory does not grow with the manifest.
 */
export async function assessManifest(
  deps: AssessManifestDeps,
  {
    manifestPath,
    languages,
    write,
  }: {
    manifestPath: string
    /** Of the learners, where a line does not say. */
    languages: LearnerLanguages
    write: (answer: ManifestAnswer) => Promise<void>
  },
): Promise<{ done: number; problems: number }> {
  const counts = { done: 0, problems: 0 }
  const directory = dirname(resolve(manifestPath))
  const pending: Promise<ManifestAnswer>[] = []
  const settleOldest = async () => {
    const answer = await pending.shift()
    if (!answer) return
    await write(answer)
    counts.done++
    if ('problem' in answer) counts.problems++
    deps.onProgress({ ...counts })
  }
  let lineNumber = 0
  for await (const text of createInterface({
    input: createReadStream(manifestPath),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    lineNumber++
    // `trim` removes a byte order mark too, which editors on Windows put in front.
    if (text.trim() === '') continue
    pending.push(answerLine(deps, { text, line: lineNumber, directory, languages }))
    // A window a little wider than the workers, so that one long recording does not idle the others.
    if (pending.length >= deps.parallel * 4) await settleOldest()
  }
  while (pending.length > 0) await settleOldest()
  return counts
}

async function answerLine(
  deps: AssessManifestDeps,
  {
    text,
    line,
    directory,
    languages,
  }: { text: string; line: number; directory: string; languages: LearnerLanguages },
): Promise<ManifestAnswer> {
  const read = readLine(text)
  if ('problem' in read) return { id: read.id, line, problem: read.problem }
  const path = resolve(directory, read.audio)
  try {
    await access(path).catch((cause: unknown) => {
      throw new AppError('not_found', 'audio.not_found', `There is no file ${read.audio} that can be read`, {
        cause,
      })
    })
    const { firstLanguage = languages.firstLanguage, language = languages.language } = read
    const assessed = await assessFile(deps, { path, text: read.text, languages: { firstLanguage, language } })
    return { id: read.id, ...assessed }
  } catch (error) {
    return { id: read.id, line, problem: toLineProblem(error) }
  }
}

type ReadLine = z.output<typeof Line> | { id: string | number | null; problem: LineProblem }

function readLine(text: string): ReadLine {
  let json: unknown
  try {
    json = JSON.parse(text.trim())
  } catch {
    return { id: null, problem: { code: 'manifest.bad_json', detail: 'The line is not valid JSON' } }
  }
  const parsed = Line.safeParse(json)
  if (parsed.success) return parsed.data
  const id = z.object({ id: z.union([z.string(), z.number()]) }).safeParse(json)
  const detail = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  return { id: id.success ? id.data.id : null, problem: { code: 'manifest.bad_line', detail } }
}

function toLineProblem(error: unknown): LineProblem {
  if (error instanceof AppError) return { code: error.code, detail: error.message }
  return { code: 'internal', detail: error instanceof Error ? error.message : String(error) }
}

/** One JSON line, waiting when the disk is slower than the scorer. */
export function writeLine(stream: WriteStream, value: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(`${JSON.stringify(value)}\n`, (error) => (error ? reject(error) : resolve()))
  })
}
