/**
 * Trains everything that `src/engines/speech/model/weights` holds, from the corpus.
 *   npm run train:speech -- --corpus DIR [--work DIR [--from STAGE]] [--out DIR]
 * Three processes at a time, each of one thread; 107 minutes on two slow cores that multiply bfloat16 (AMX). Needs Debian's
 * python3-torch, python3-sklearn, python3-scipy and pocketsphinx-en-us. With --from, a training that was broken off
 * goes on in its --work.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { MEMBERS } from '#engines/speech/model/acoustic-model.ts'
import { readRecordings } from './corpus.ts'

/** Debian's, which has the packages. */
const PYTHON = '/usr/bin/python3'
/** Debian's model of native speech, of which the frontend is made. */
const NATIVE = '/usr/share/pocketsphinx/model/en-us/en-us'
/** On the bootstrap alignment; what is learnt serves to align the corpus again. */
const FIRST_EPOCHS = 8
const ACOUSTIC_EPOCHS = 22
/** By then the agreement on speakers never heard hardly rises any more. */
const LAST_EPOCHS = 3
const SCORE_EPOCHS = 20
/** Every so many recordings are enough to train the detectors. */
const DETECTOR_EVERY = 2
/** One more than there are cores: of three models or five folds, the last would have one core idle. */
const AT_ONCE = 3
/** The linear algebra below torch would start a thread for each core in each process, and they wait for one another. */
const ONE_THREAD = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
const PARTS = ['0/2', '1/2']
const FOLDS = [0, 1, 2, 3, 4]

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    work: { type: 'string' },
    out: { type: 'string' },
    from: { type: 'string' },
  },
})
if (!values.corpus)
  fail('usage: npm run train:speech -- --corpus DIR [--work DIR [--from STAGE]] [--out DIR]')
const corpus = values.corpus
const work = values.work ?? mkdtempSync(join(tmpdir(), 'malgil-train-'))
const here = dirname(fileURLToPath(import.meta.url))
const out = values.out ?? fileURLToPath(new URL('../../src/engines/speech/model/weights', import.meta.url))
const recordings = readRecordings(corpus)
mkdirSync(work, { recursive: true })
mkdirSync(out, { recursive: true })
if (spawnSync(PYTHON, ['-c', 'import torch, sklearn, scipy']).status !== 0 || !existsSync(NATIVE)) {
  fail(
    'Install what the training needs: apt-get install python3-torch python3-sklearn python3-scipy pocketsphinx-en-us',
  )
}
console.log(`training in ${work}`)

type Step = [program: 'node' | 'python', script: string, ...args: string[]]

const acousticModels = (alignment: string, goal: 'frames' | 'phones', epochs: number): Step[] =>
  MEMBERS.map((_, third) => [
    'python',
    'train_acoustic.py',
    corpus,
    work,
    String(third),
    alignment,
    goal,
    String(epochs),
  ])
const inParts = (step: (part: string, index: number) => Step): Step[] => PARTS.map(step)
const exportAcoustic: Step = ['python', 'export_acoustic.py', work, NATIVE, out]

const STAGES: Record<string, readonly Step[]> = {
  speakers: [['python', 'split_speakers.py', corpus, work]],
  alignment: inParts((part) => ['node', 'align-corpus.ts', corpus, work, part]),
  frames: inParts((_, index) => ['python', 'make_frames.py', work, NATIVE, String(index)]),
  acoustic: acousticModels('aligned', 'frames', FIRST_EPOCHS),
  'first-export': [exportAcoustic],
  realignment: inParts((part) => ['node', 'realign-corpus.ts', corpus, work, out, part]),
  'acoustic-again': acousticModels('realigned', 'frames', ACOUSTIC_EPOCHS),
  'acoustic-by-phone': acousticModels('realigned', 'phones', LAST_EPOCHS),
  'second-export': [exportAcoustic],
  phones: inParts((part) => ['node', 'measure-phones.ts', corpus, work, out, part]),
  scores: FOLDS.map((fold) => [
    'python',
    'train_scores.py',
    corpus,
    work,
    String(fold),
    String(SCORE_EPOCHS),
  ]),
  'score-export': [['python', 'export_scores.py', work, out]],
  figures: [['python', 'figures.py', corpus, work]],
  texts: inParts((part) => ['node', 'measure-texts.ts', corpus, work, out, part, String(DETECTOR_EVERY)]),
  detectors: [['python', 'train_detectors.py', corpus, work, join(out, 'detectors.json')]],
}

const names = Object.keys(STAGES)
const first = names.indexOf(values.from ?? names[0] ?? '')
if (first < 0) fail(`--from is one of ${names.join(', ')}`)
for (const name of names.slice(first)) await inTurn(name, STAGES[name] ?? [])
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
    const child = spawn(command, [join(here, script), ...args], { stdio: 'inherit', env: ONE_THREAD })
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
    acousticEpochs: [FIRST_EPOCHS, ACOUSTIC_EPOCHS, LAST_EPOCHS],
    scoreEpochs: SCORE_EPOCHS,
  }
  writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
