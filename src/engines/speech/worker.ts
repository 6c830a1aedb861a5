import { AppError } from '#base/errors.ts'
import { assessSamples } from './assess-samples.ts'
import { phoneEntry } from './grammar.ts'
import { matchResponses } from './match.ts'
import { PHONES } from './phones.ts'
import { createRecognizer, type Recognizer } from './recognizer.ts'
import type { AssessInput, MatchInput } from './speech-engine.ts'
import type { Answer } from './worker-pool.ts'

export type Task =
  | ({ kind: 'assess' } & Omit<AssessInput, 'signal'>)
  | ({ kind: 'match' } & Omit<MatchInput, 'signal'>)
  | { kind: 'load' }

/** Pronunciations stay in the decoder's dictionary; after this many a fresh decoder takes over (0.25 s). */
const MAX_ADDED_WORDS = 5_000

/** One decoder per thread: it is synchronous and keeps the state of the utterance. */
let current: { recognizer: Recognizer; addedWords: () => number } | undefined

export async function answer(task: Task): Promise<Answer> {
  try {
    return { ok: true, value: await perform(task) }
  } catch (error) {
    if (error instanceof AppError) {
      const { kind, code, message, faults } = error
      return { ok: false, problem: { kind, code, message, faults } }
    }
    // After an error of its own the decoder may be in any state.
    current = undefined
    throw error
  }
}

async function perform(task: Task): Promise<unknown> {
  const recognizer = await getRecognizer()
  if (task.kind === 'assess') return assessSamples(recognizer, task)
  if (task.kind === 'match') return matchResponses(recognizer, task)
  return undefined
}

async function getRecognizer(): Promise<Recognizer> {
  if (current && current.addedWords() > MAX_ADDED_WORDS) {
    current.recognizer.close()
    current = undefined
  }
  current ??= await load()
  return current.recognizer
}

async function load() {
  const recognizer = await createRecognizer()
  for (const phone of PHONES) recognizer.addWord(phoneEntry(phone), phone)
  let added = 0
  const addWord = (word: string, pronunciation: string) => {
    added += 1
    recognizer.addWord(word, pronunciation)
  }
  return { recognizer: { ...recognizer, addWord }, addedWords: () => added }
}
