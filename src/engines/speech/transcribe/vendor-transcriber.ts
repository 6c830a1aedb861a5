import { type CallProviderDeps, callProvider } from './call-provider.ts'
import { type Checked, dropHallucinations } from './drop-hallucinations.ts'
import { transcriberAudioTooLarge, transcriberUnsupportedLanguage } from './errors.ts'
import { findEvidence, type SpeechEvidence } from './speech-evidence.ts'
import type {
  NoMatch,
  NoMatchReason,
  Producer,
  TranscribeInput,
  Transcriber,
  TranscriberCapabilities,
  Transcript,
} from './transcriber.ts'
import type { Heard } from './transcription-provider.ts'
import { wavByteCount } from './wav.ts'

/**
 * A vendor behind the guards: silence and noise are never sent, nor what the vendor would refuse anyway, and what it
 * makes up on near silence is left out of its answer, and said.
 */
export function createVendorTranscriber(deps: CallProviderDeps): Transcriber {
  const { name, model, version, capabilities } = deps.provider
  return {
    name,
    capabilities,
    async transcribe(input) {
      const evidence = findEvidence(input.samples)
      if (evidence.quality.reason === 'no_speech') return noMatch('no_speech', { name, model, version })
      checkLimits(capabilities, input, evidence)
      const answer = await callProvider(deps, input)
      const producer = { name, model: answer.model, version }
      return toResult(answer.heard, dropHallucinations(answer.heard, evidence), producer)
    },
  }
}

function checkLimits(
  { maxSeconds, maxBytes, languages }: TranscriberCapabilities,
  { samples, language }: TranscribeInput,
  { durationMs }: SpeechEvidence,
): void {
  const isTooLong = maxSeconds !== null && durationMs > maxSeconds * 1_000
  const isTooLarge = maxBytes !== null && wavByteCount(samples.length) > maxBytes
  if (isTooLong || isTooLarge) throw transcriberAudioTooLarge()
  if (languages !== 'any' && !languages.includes(language)) throw transcriberUnsupportedLanguage(language)
}

function toResult(heard: Heard, checked: Checked, producer: Producer): Transcript | NoMatch {
  const { words, dropped, isFasterThanSpeech } = checked
  if (words.length === 0) {
    return {
      ...noMatch(dropped.length > 0 ? 'hallucination_dropped' : 'nothing_transcribed', producer),
      dropped,
    }
  }
  return {
    status: 'transcribed',
    text: words.map(({ text }) => text).join(' '),
    words: words.map(({ text, startMs, endMs, confidence }) => ({ text, startMs, endMs, confidence })),
    confidence: heard.confidence,
    producer,
    language: heard.language,
    dropped,
    faults: isFasterThanSpeech ? [...heard.faults, 'more_words_than_speech'] : heard.faults,
  }
}

const noMatch = (reason: NoMatchReason, producer: Producer): NoMatch => ({
  status: 'no_match',
  reason,
  confidence: null,
  producer,
  dropped: [],
})
