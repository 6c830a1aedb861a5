import type { Complete } from '#engines/llm/complete.ts'
import type { AskStructured } from '#engines/llm/structured.ts'
import type { Assertion } from '../authored-tests.ts'
import type { PersonaFile } from '../persona-file.ts'
import type { PromptInput, RenderedPrompt } from '../render-prompt.ts'
import type { VariationFile } from '../situation-file.ts'
import type { Connection } from './connect.ts'
import type { Played, PlayedCorrection } from './played.ts'

/** `onlyScripted`: about the author's own words, which no model repeats. */
export type CaseAssertion = { assertion: Assertion; onlyScripted?: boolean }

/** One authored test, ready to be played. */
export type TestCase = {
  /** `prompts/x.prompt.md#1`; counts from 1. */
  testId: string
  file: string
  index: number
  /** Looked up when asked: it costs another reading of the file. */
  place: () => { line: number; column: number }
  description: string
  /** Of the call that is tested. */
  purpose: string
  recorded: readonly string[] | undefined
  recordedOnly: boolean
  threshold: number | undefined
  assertions: CaseAssertion[]
  /** Who talks, for a tool that plays learners itself; null for one message, and for learners that are only lines. */
  simulated: () => { maxTurns: number; instructions: string } | null
  isTalk: boolean
  /** For `{{name}}` in expected values. */
  variables: Record<string, string>
  play: (connection: Connection) => Promise<Played>
}

export type Render = (input: PromptInput) => RenderedPrompt

/** A practice session that nobody keeps. */
export type PracticeTalk = {
  opener: string
  assume: (goal: string) => void
  take: (said: string | null) => Promise<{
    reply: string
    goalsMet: string[]
    corrections: PlayedCorrection[]
    judgeFailure: string | null
  }>
}

/** What plays the content, as the service would; the features that do it are handed in. */
export type Players = {
  practise: (
    deps: {
      complete: Complete
      ask: AskStructured
      renderReply: Render
      renderJudge: Render
      bookedUnder: string
    },
    scene: { variation: VariationFile; difficulty: string },
  ) => PracticeTalk
  talk: (
    deps: { complete: Complete; render: Render; bookedUnder: string },
    persona: PersonaFile,
  ) => { opener: string; take: (said: string | null) => Promise<{ reply: string }> }
  /** One call of a prompt by itself, answered as the learner would see it. */
  ask: (
    deps: { complete: Complete; bookedUnder: string },
    call: {
      promptName: string
      prompt: RenderedPrompt
      variables: Readonly<Record<string, unknown>>
    },
  ) => Promise<string>
  purposeOf: (promptName: string) => string
}
