import { AppError } from '#base/errors.ts'
import { type Assessor, assessSamples } from './assess-samples.ts'
import { matchResponses } from './match.ts'
import { openSpeechModel } from './model/speech-model.ts'
import type { AssessInput, MatchInput } from './speech-engine.ts'
import { readPronouncingDictionary } from './words/pronouncing-dictionary.ts'
import type { Answer } from './worker-pool.ts'

export type Task =
  | ({ kind: 'assess' } & Omit<AssessInput, 'signal'>)
  | ({ kind: 'match' } & Omit<MatchInput, 'signal'>)
  | { kind: 'load' }

/** Loaded once for each thread; a failed load is tried again by the next task. */
let loading: Promise<Assessor> | undefined

export async function answer(task: Task): Promise<Answer> {
  try {
    return { ok: true, value: await perform(task) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { kind, code, message, faults } = error
    return { ok: false, problem: { kind, code, message, faults } }
  }
}

async function perform(task: Task): Promise<unknown> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined
    throw error
  })
  const assessor = await loading
  if (task.kind === 'assess') return assessSamples(assessor, task)
  if (task.kind === 'match') return matchResponses(assessor, task)
  return undefined
}

async function load(): Promise<Assessor> {
  const [model, dictionary] = await Promise.all([openSpeechModel(), readPronouncingDictionary()])
  return { model, dictionary }
}
