import createModule, { type Decoder } from 'soundswallower'
import { dictionaryPath, modelDirectory } from '#engines/speech/dictionary.ts'
import { SAMPLE_RATE_HZ } from '#engines/speech/sample-rate.ts'

export type BootstrapPhone = { phone: string; startMs: number; durationMs: number }

type RawSegment = { t: string; b: number; d: number; w?: RawSegment[] }

/** Likelihood ratios below the best path at which a path is given up, tried in order until one reaches the end. */
const BEAMS = [
  { beam: 1e-64, wbeam: 1e-56 },
  { beam: 1e-120, wbeam: 1e-100 },
]
const FILLERS = new Set(['(NULL)', '<sil>', '<s>', '</s>', '[NOISE]', '[SPEECH]'])

/**
 * Lays words, given as phones, over the sound with the acoustic model that soundswallower brings: the first
 * alignment, from which our own model learns. `undefined` when none is found.
 */
export async function createBootstrapAligner() {
  const library = await createModule({ print: () => {}, printErr: () => {} })
  const decoder = new library.Decoder({
    hmm: modelDirectory(),
    dict: dictionaryPath(),
    samprate: SAMPLE_RATE_HZ,
    loglevel: 'FATAL',
  })
  await decoder.initialize()

  return (samples: Float32Array, words: readonly string[][]): BootstrapPhone[] | undefined => {
    const entries = words.map((phones) => addWord(decoder, phones))
    const grammar = `#JSGF V1.0;\ngrammar speech;\npublic <utterance> = ${entries.join(' ')};\n`
    for (const { beam, wbeam } of BEAMS) {
      const segments = align(decoder, { samples, grammar, beam, wbeam })
      if (segments) return segments.filter(({ t }) => !FILLERS.has(t)).flatMap(({ w = [] }) => w.map(toPhone))
    }
    return undefined
  }
}

function addWord(decoder: Decoder, phones: readonly string[]): string {
  const entry = `said_${phones.join('_').toLowerCase()}`
  if (!decoder.lookup_word(entry)) decoder.add_words([entry, phones.join(' ')])
  return entry
}

type AlignInput = { samples: Float32Array; grammar: string; beam: number; wbeam: number }

function align(decoder: Decoder, { samples, grammar, beam, wbeam }: AlignInput): RawSegment[] | undefined {
  decoder.set_config('beam', beam)
  decoder.set_config('pbeam', beam)
  decoder.set_config('wbeam', wbeam)
  decoder.set_grammar(grammar)
  decoder.start()
  decoder.process_audio(samples, false, true)
  decoder.stop()
  try {
    return decoder.get_alignment({ align_level: 1 }).w
  } catch (error) {
    // What it prints of an unfinished grammar is no JSON.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const toPhone = ({ t, b, d }: RawSegment): BootstrapPhone => ({
  phone: t,
  startMs: Math.round(b * 1_000),
  durationMs: Math.round(d * 1_000),
})
