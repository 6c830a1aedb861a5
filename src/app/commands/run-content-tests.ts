import { resolve } from 'node:path'
import { AppError } from '#base/errors.ts'
import { exitCodeOf } from '#features/content/index.ts'
import { readConfig } from '#platform/config.ts'
import { chooseModels } from '../content-test/choose-models.ts'
import { exportTests } from '../content-test/export-tests.ts'
import { reportLines, summaryLines } from '../content-test/print-report.ts'
import { testContent } from '../content-test/test-content.ts'

export type TestOptions = {
  atOnce: number
  provider?: string
  json?: boolean
  verbose?: boolean
  export?: string[]
}

/** Runs them or writes them out; returns the exit code. */
export async function runContentTests(
  paths: string[],
  { provider, export: exported, ...shown }: TestOptions,
): Promise<number> {
  const root = readConfig({ MALGIL_CONTENT_DIR: process.env.MALGIL_CONTENT_DIR }).contentDir
  const models = chooseModels(process.env, provider)
  if (exported) {
    for (const line of await exportTests({ root, paths, models, directory: directoryOf(exported) }))
      console.log(line)
    return 0
  }
  const isJson = shown.json === true
  const verbose = shown.verbose === true
  const report = await testContent({
    root,
    paths,
    models,
    atOnce: shown.atOnce,
    onReport: (test) => {
      if (!isJson) for (const line of reportLines(test, { verbose })) console.log(line)
    },
  })
  if (isJson) console.log(JSON.stringify(report, null, 2))
  else for (const line of summaryLines(report)) console.log(line)
  return exitCodeOf(report.counts)
}

function directoryOf([format, directory, ...rest]: string[]): string {
  if (format === 'promptfoo' && directory !== undefined && rest.length === 0) return resolve(directory)
  throw new AppError('invalid', 'content.no_export', 'Write --export promptfoo DIR, after the paths')
}
