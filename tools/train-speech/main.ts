/**
 * Trains everything that `src/engines/speech/model/weights` holds, from the corpus.
 *   npm run train:speech -- --corpus DIR [--work DIR] [--out DIR]
 * Two processes at a time, each on one core; about an hour and a half on two. Needs Debian's python3-torch,
 * python3-sklearn and python3-scipy.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { modelDirectory } from '#engines/speech/dictionary.ts'
import { MEMBERS } from '#engines/speech/model/acoustic-model.ts'
import { readRecordings } from './corpus.ts'

/** Debian's, which has the packages. */
const PYTHON = '/usr/bin/python3'
const ACOUSTIC_EPOCHS = 26
const SCORE_EPOCHS = 20
/** Every so many recordings are enough to train the detectors. */
const DETECTOR_EVERY = 2
const AT_ONCE = 2
const PARTS = ['0/2', '1/2']
const FOLDS = [0, 1, 2, 3, 4]

const { values } = parseArgs({
  options: { corpus: { type: 'string' }, work: { type: 'string' }, out: { type: 'string' } },
})
if (!values.corpus) fail('usage: npm run train:speech -- --corpus DIR [--work DIR] [--out DIR]')
const corpus = values.corpus
const work = values.work ?? mkdtempSync(join(tmpdir(), 'malgil-train-'))
const here = dirname(fileURLToPath(import.meta.url))
const out = values.out ?? fileURLToPath(new URL('../../src/engines/speech/model/weights', import.meta.url))
const native = modelDirectory()
const recordings = readRecordings(corpus)
mkdirSync(work, { recursive: true })
mkdirSync(out, { recursive: true })
if (spawnSync(PYTHON, ['-c', 'import torch, sklearn, scipy']).status !== 0) {
  fail('Install what the training needs: apt-get install python3-torch python3-sklearn python3-scipy')
}
console.log(`training in ${work}`)

type Step = [program: 'node' | 'python', script: string, ...args: string[]]

await inTurn('speakers', [['python', 'split_speakers.py', corpus, work]])
await inTurn(
  'bootstrap alignment',
  PARTS.map((part) => ['node', 'align-corpus.ts', corpus, work, part]),
)
await inTurn(
  'frames',
  PARTS.map((_, part) => ['python', 'make_frames.py', work, native, String(part)]),
)
await inTurn(
  'acoustic models',
  MEMBERS.map((_, third) => [
    'python',
    'train_acoustic.py',
    corpus,
    work,
    String(third),
    String(ACOUSTIC_EPOCHS),
  ]),
)
await inTurn('export', [['python', 'export_acoustic.py', work, native, out]])
await inTurn(
  'phones',
  PARTS.map((part) => ['node', 'measure-phones.ts', corpus, work, out, part]),
)
await inTurn(
  'score models',
  FOLDS.map((fold) => ['python', 'train_scores.py', corpus, work, String(fold), String(SCORE_EPOCHS)]),
)
await inTurn('export', [['python', 'export_scores.py', work, out]])
await inTurn('figures', [['python', 'figures.py', corpus, work]])
await inTurn(
  'texts',
  PARTS.map((part) => ['node', 'measure-texts.ts', corpus, work, out, part, String(DETECTOR_EVERY)]),
)
await inTurn('detectors', [['python', 'train_detectors.py', corpus, work, join(out, 'detectors.json')]])
copyFileSync(join(work, 'split.json'), join(out, 'speakers.json'))
writeManifest()

async function inTurn(name: string, steps: readonly Step[]): Promise<void> {
  const started = Date.now()
  const waiting = [...steps]
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) await run(step)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  console.log(`${name}: ${Math.round((Date.now() - started) / 1_000)} s`)
}

function run([program, script, ...args]: Step): Promise<void> {
  const command = program === 'node' ? process.execPath : PYTHON
  return new Promise((resolve, reject) => {
    const child = spawn(command, [join(here, script), ...args], { stdio: 'inherit' })
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${script} ended with ${code}`))))
  })
}

/** Which data the weights came from: enough to tell whether another copy is the same. */
function writeManifest(): void {
  const text = readFileSync(join(corpus, 'train.jsonl'))
  const manifest = {
    corpus: 'speechocean762, train split (Zhang et al., Interspeech 2021), CC BY 4.0',
    labelsSha256: createHash('sha256').update(text).digest('hex'),
    recordings: recordings.length,
    speakers: new Set(recordings.map(({ speaker }) => speaker)).size,
    seed: 762,
    acousticEpochs: ACOUSTIC_EPOCHS,
    scoreEpochs: SCORE_EPOCHS,
  }
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
