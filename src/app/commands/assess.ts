import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { access } from 'node:fs/promises'
import type { Command } from 'commander'
import { AppError } from '#base/errors.ts'
import { createSpeechEngine } from '#engines/speech/engine.ts'
import { assessManifest, writeLine } from '#features/assessment/index.ts'
import { readConfig } from '#platform/config.ts'

type Options = { manifest: string; out: string; threads?: string }

export function addAssessCommand(program: Command): void {
  program
    .command('assess')
    .requiredOption(
      '--manifest <file>',
      'JSON lines {"id","audio","text"}; audio paths are relative to this file',
    )
    .requiredOption(
      '--out <file>',
      'JSON lines {"id", …assessment} or {"id","problem"}, in the order of the manifest',
    )
    .option('--threads <count>', 'recordings scored at once (default: MALGIL_SPEECH_THREADS or one a core)')
    .description('Score a manifest of recordings; a bad line gets a problem and never stops the run')
    .action(assess)
}

async function assess({ manifest, out, threads }: Options): Promise<void> {
  const config = readConfig({ ...process.env, ...(threads ? { MALGIL_SPEECH_THREADS: threads } : {}) })
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
      { speech, parallel: config.speech.threads, onProgress: showProgress },
      { manifestPath: manifest, write: (answer) => writeLine(output, answer) },
    )
    const seconds = (performance.now() - startedAt) / 1000
    console.error(`\r${done} recordings in ${seconds.toFixed(1)} s, ${problems} with a problem`)
  } finally {
    await speech.close()
    output.end()
  }
}

function showProgress({ done, problems }: { done: number; problems: number }): void {
  process.stderr.write(`\r${done} done, ${problems} with a problem`)
}
