import createModule, { type Decoder } from 'soundswallower'
import { dictionaryPath, modelDirectory } from './dictionary.ts'
import { SAMPLE_RATE_HZ } from './sample-rate.ts'

// The only file that talks to soundswallower; `dictionary.ts` knows where its model lies.

/** A word, a phone or a silence found in the sound. `logLikelihood` is summed over its frames. */
export type Segment = {
  label: string
  startMs: number
  durationMs: number
  logLikelihood: number
  parts: Segment[]
}

/** `exact` is for one text, `wide` for a choice of texts, `fast` for the phone loop, which always has a path to the end. */
export type Search = 'exact' | 'wide' | 'fast'

export type Recognizer = {
  /** ARPAbet without stress, of the word or of its variant "word(2)"; `undefined` when the dictionary lacks it. */
  pronunciationOf(word: string): string | undefined
  addWord(word: string, pronunciation: string): void
  /** The best path through a JSGF grammar; `undefined` when none reaches its end. */
  decode(input: {
    samples: Float32Array
    grammar: string
    search: Search
    withPhones: boolean
  }): Segment[] | undefined
  close(): void
}

type RawSegment = { t: string; b: number; d: number; p: number; w?: RawSegment[] }

type Beams = { beam: number; wbeam: number }

/**
 * Likelihood ratios below the best path at which a path is given up; tried in order until one reaches the end.
 * The scores of phones are relative to the competition that is still alive, so the beam belongs to the measure:
 * over 246 recordings of speechocean762 the mean phone score went with the experts' overall at .716 with 1e-64,
 * .678 with 1e-80, .651 with 1e-100. Among eight texts the right one was found in 90 % with 1e-64 and 96 % with 1e-100
 * (625 and 495 recordings). For the phone loop 1e-16 halves the time.
 */
const BEAMS: Record<Search, readonly Beams[]> = {
  exact: [
    { beam: 1e-64, wbeam: 1e-56 },
    { beam: 1e-120, wbeam: 1e-100 },
  ],
  wide: [{ beam: 1e-100, wbeam: 1e-80 }],
  fast: [
    { beam: 1e-16, wbeam: 1e-12 },
    { beam: 1e-64, wbeam: 1e-56 },
  ],
}
/** The decoder works with scores shifted right by ten bits (SENSCR_SHIFT) and prints exp(score). */
const SCORE_UNIT = 1_024
/** What is printed has three digits; 0.000 means anything below half of the last one. */
const SMALLEST_PRINTED = 0.0005

export async function createRecognizer(): Promise<Recognizer> {
  // Failed paths are answers for us; printed to stderr they would be noise in the log.
  const library = await createModule({ print: () => {}, printErr: () => {} })
  const decoder = new library.Decoder({
    hmm: modelDirectory(),
    dict: dictionaryPath(),
    samprate: SAMPLE_RATE_HZ,
    loglevel: 'FATAL',
  })
  await decoder.initialize()

  return {
    pronunciationOf: (word) => decoder.lookup_word(word) ?? undefined,
    addWord: (word, pronunciation) => decoder.add_words([word, pronunciation]),

    decode({ samples, grammar, search, withPhones }) {
      for (const { beam, wbeam } of BEAMS[search]) {
        decoder.set_config('beam', beam)
        decoder.set_config('pbeam', beam)
        decoder.set_config('wbeam', wbeam)
        decoder.set_grammar(grammar)
        listen(decoder, samples)
        const segments = readSegments(() => decoder.get_alignment({ align_level: withPhones ? 1 : 0 }))
        if (segments) return segments
      }
      return undefined
    },

    close: () => decoder.delete(),
  }
}

function listen(decoder: Decoder, samples: Float32Array): void {
  decoder.start()
  try {
    decoder.process_audio(samples, false, true)
  } finally {
    decoder.stop()
  }
}

/** The decoder prints nothing, which is no JSON, when the grammar was left unfinished. */
function readSegments(read: () => RawSegment): Segment[] | undefined {
  try {
    return read().w?.map(toSegment)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function toSegment({ t, b, d, p, w }: RawSegment): Segment {
  return {
    label: t,
    startMs: Math.round(b * 1_000),
    durationMs: Math.round(d * 1_000),
    logLikelihood: Math.log(Math.max(p, SMALLEST_PRINTED)) * SCORE_UNIT,
    parts: w?.map(toSegment) ?? [],
  }
}
