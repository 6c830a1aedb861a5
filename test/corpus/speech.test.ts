import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSpeechEngine, type SpeechEngine } from '#engines/speech/engine.ts'
import { type CorpusLine, readCorpus, spreadOver } from '../support/speech-corpus.ts'

const RECORDINGS = 24
const CANDIDATES = 8

describe('on recordings of learners', () => {
  let speech: SpeechEngine
  let recordings: CorpusLine[]
  beforeAll(() => {
    speech = createSpeechEngine({ threads: 2 })
    recordings = readCorpus()
  })
  afterAll(() => speech.close())

  /** Spread over all speakers, but not the weakest, whom the matcher is meant to refuse. */
  const chosen = () =>
    spreadOver(
      recordings.filter(({ overall }) => overall >= 6),
      RECORDINGS,
    )
  const samplesOf = async ({ path }: CorpusLine) => (await speech.decode(path)).samples
  /** Other sentences of the corpus, always the same ones for one recording. */
  const othersFor = (recording: CorpusLine, count: number) => {
    const start = recordings.indexOf(recording)
    const others = new Set<string>()
    for (let step = 1; others.size < count; step += 1) {
      const text = recordings[(start + step * 97) % recordings.length]?.text
      if (text !== undefined && text !== recording.text) others.add(text)
    }
    return [...others]
  }

  test('what was said is found among eight sentences, mostly, and refused when it is not among them', async () => {
    const outcomes = await Promise.all(
      chosen().map(async (recording, index) => {
        const samples = await samplesOf(recording)
        const others = othersFor(recording, CANDIDATES)
        const place = index % CANDIDATES
        const present = await speech.match({ samples, candidates: others.with(place, recording.text) })
        const absent = await speech.match({ samples, candidates: others })
        return {
          isRight: present.status === 'matched' && present.index === place,
          isWrong: present.status === 'matched' && present.index !== place,
          isClaimed: absent.status === 'matched',
        }
      }),
    )

    const count = (name: 'isRight' | 'isWrong' | 'isClaimed') =>
      outcomes.filter((outcome) => outcome[name]).length
    expect(outcomes).toHaveLength(RECORDINGS)
    expect(count('isRight')).toBeGreaterThanOrEqual(19)
    expect(count('isWrong')).toBeLessThanOrEqual(2)
    expect(count('isClaimed')).toBeLessThanOrEqual(4)
  })

  test('another sentence than the one that was said scores lower in nearly every recording', async () => {
    const pairs = await Promise.all(
      chosen().map(async (recording) => {
        const samples = await samplesOf(recording)
        const right = await speech.assess({ samples, text: recording.text })
        const wrong = await speech.assess({ samples, text: othersFor(recording, 1)[0] ?? '' })
        return { right: right.scores.overall ?? 0, wrong: wrong.scores.overall ?? 0 }
      }),
    )

    expect(pairs.filter(({ right, wrong }) => wrong < right - 20).length).toBeGreaterThanOrEqual(
      RECORDINGS - 2,
    )
  })
})
