import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#base/errors.ts'
import type { SpeechEngine } from '#engines/speech/engine.ts'

export const CANARIES = join(import.meta.dirname, '../../fixtures/canary')

/** Sounds whose scores may only move when somebody means them to. `text` is what they are scored against. */
const SPOKEN: Record<string, { audio: string; text: string }> = {
  woman: { audio: 'woman.ogg', text: 'I would like to buy two tickets, please.' },
  man: { audio: 'man.ogg', text: 'Where is the nearest subway station?' },
  high: { audio: 'high.ogg', text: 'My sister plays the piano every day.' },
  slow: { audio: 'slow.ogg', text: 'How much is this blue jacket?' },
  fast: { audio: 'fast.ogg', text: 'How much is this blue jacket?' },
  'one word wrong': { audio: 'man.ogg', text: 'Where is the nearest police station?' },
  'two words too many': {
    audio: 'woman.ogg',
    text: 'I would really like to buy two concert tickets, please.',
  },
  'other words': { audio: 'woman.ogg', text: 'My sister plays the piano every day.' },
  'Korean for English': { audio: 'korean.ogg', text: 'Hello. One coffee, please.' },
  'German for English': { audio: 'german.ogg', text: 'Where is the nearest stop?' },
  silence: { audio: 'silence.ogg', text: 'Where is the nearest stop?' },
  noise: { audio: 'noise.ogg', text: 'Where is the nearest stop?' },
  hum: { audio: 'hum.ogg', text: 'Where is the nearest stop?' },
  chord: { audio: 'chord.ogg', text: 'Where is the nearest stop?' },
  melody: { audio: 'melody.ogg', text: 'Where is the nearest stop?' },
}

export type Canary =
  | { scorer: string; scores: Record<string, number | null>; words: Record<string, number | null>[] }
  | { problem: string }

/** What the scorer says to each canary now. */
export async function singCanaries(speech: SpeechEngine): Promise<Record<string, Canary>> {
  const sung = Object.entries(SPOKEN).map(async ([name, { audio, text }]) => {
    const { samples } = await speech.decode(join(CANARIES, audio))
    return [name, await assess(speech, samples, text)] as const
  })
  return Object.fromEntries(await Promise.all(sung))
}

async function assess(speech: SpeechEngine, samples: Float32Array, text: string): Promise<Canary> {
  try {
    const { scorer, scores, words } = await speech.assess({ samples, text })
    return {
      scorer: `${scorer.name} ${scorer.version}`,
      scores,
      words: words.map((word) => ({ [`${word.text} ${word.status}`]: word.score })),
    }
  } catch (error) {
    if (error instanceof AppError) return { problem: error.code }
    throw error
  }
}

export async function readExpected(): Promise<Record<string, Canary>> {
  return JSON.parse(await readFile(join(CANARIES, 'expected.json'), 'utf8'))
}
