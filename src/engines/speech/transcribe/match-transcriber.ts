import type { SpeechEngine } from '../speech-engine.ts'
import type { Transcriber } from './transcriber.ts'

const PRODUCER = { name: 'expected-response-match', model: null, version: '1' }

/** The embedded one: it only tells which of the expected sentences was said, or that none was. */
export function createMatchTranscriber({ match }: Pick<SpeechEngine, 'match'>): Transcriber {
  return {
    name: PRODUCER.name,
    capabilities: {
      wordTimes: true,
      logprobs: true,
      languages: ['en'],
      maxSeconds: null,
      maxBytes: null,
      streaming: false,
      vocabularyBias: false,
      costsMoney: false,
    },
    async transcribe({ samples, expected = [], pronunciations, signal }) {
      const result = await match({ samples, candidates: expected, pronunciations, signal })
      const { confidence } = result
      if (result.status === 'no_match') {
        const reason = 'no_expected_response_matched' as const
        return { status: 'no_match', reason, confidence, producer: PRODUCER, dropped: [] }
      }
      const { text, words } = result
      const rest = { producer: PRODUCER, language: 'en', dropped: [], faults: [] }
      return { status: 'transcribed', text, words, confidence, ...rest }
    },
  }
}
