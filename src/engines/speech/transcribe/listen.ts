import { plainWord } from '#base/word-edits.ts'
import { isTranscriberFailure } from './errors.ts'
import type { NoMatch, Producer, TranscribeInput, Transcriber, Transcript } from './transcriber.ts'

/** What one transcriber could not do, so that another was asked. */
export type Fallback = { from: string; code: string }

export type Listening = {
  /** For scoring: heard without being told what to expect. */
  heard: Transcript | NoMatch
  heardBy: 'vendor' | 'embedded'
  /**
   * For understanding, where a second pass that knew the vocabulary heard other words; `null` where it heard the
   * same, failed (`secondPassFailure`) or was not asked for.
   */
  understood: { text: string; confidence: number | null; producer: Producer } | null
  secondPassFailure: string | null
  fallback: Fallback | null
}

export type Listen = (input: TranscribeInput) => Promise<Listening>

export type ListenDeps = {
  /** Asked first; absent where none is configured. */
  vendor?: { transcriber: Transcriber; passes: 1 | 2 } | undefined
  embedded: Transcriber
  report: (error: unknown, attribution: TranscribeInput['attribution']) => void
}

/** Asks the configured transcriber, and the embedded one where there is none or it fails. */
export function createListen({ vendor, embedded, report }: ListenDeps): Listen {
  const listenEmbedded = async (input: TranscribeInput, fallback: Fallback | null): Promise<Listening> => {
    const heard = await embedded.transcribe(withoutBias(input))
    return { heard, heardBy: 'embedded', ...ONE_PASS, fallback }
  }
  return async (input) => {
    if (!vendor) return listenEmbedded(input, null)
    const { transcriber, passes } = vendor
    const first = await attempt(transcriber, withoutBias(input))
    if ('failure' in first) {
      report(first.failure, input.attribution)
      return listenEmbedded(input, { from: transcriber.name, code: first.failure.code })
    }
    const heard = first.result
    const hasBias = transcriber.capabilities.vocabularyBias && Boolean(input.vocabulary?.length)
    const isTwice = passes === 2 && hasBias && heard.status === 'transcribed'
    const second = isTwice ? await listenAgain(transcriber, { input, heard, report }) : ONE_PASS
    return { heard, heardBy: 'vendor', ...second, fallback: null }
  }
}

const ONE_PASS = { understood: null, secondPassFailure: null }

/** Only after words were heard: what is silence to the first pass would be made up by the second. */
async function listenAgain(
  transcriber: Transcriber,
  { input, heard, report }: { input: TranscribeInput; heard: Transcript; report: ListenDeps['report'] },
): Promise<Pick<Listening, 'understood' | 'secondPassFailure'>> {
  const second = await attempt(transcriber, input)
  if ('failure' in second) {
    report(second.failure, input.attribution)
    return { understood: null, secondPassFailure: second.failure.code }
  }
  const { result } = second
  if (result.status === 'no_match') return { understood: null, secondPassFailure: result.reason }
  const { text, confidence, producer } = result
  const understood = isSame(heard, result) ? null : { text, confidence, producer }
  return { understood, secondPassFailure: null }
}

/** What is not the transcriber's own failure, such as a ledger that is away, is thrown. */
async function attempt(transcriber: Transcriber, input: TranscribeInput) {
  try {
    return { result: await transcriber.transcribe(input) }
  } catch (error) {
    if (isTranscriberFailure(error)) return { failure: error }
    throw error
  }
}

const withoutBias = ({ vocabulary: _, ...input }: TranscribeInput): TranscribeInput => input

const isSame = (left: Transcript, right: Transcript) => keyOf(left) === keyOf(right)

const keyOf = ({ words }: Transcript) => words.map(({ text }) => plainWord(text)).join(' ')
