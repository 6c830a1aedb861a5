/**
 * What the code that uses a prompt fills it with. The features name these, so that the check of the authored files knows
 * which variables nobody gives, and which of them learners have a hand in.
 */
export type PromptContract = {
  /** Written by authors or by us. */
  authored: readonly string[]
  /** Written by learners, or by a model that answered them. */
  untrusted: readonly string[]
  /** Without these the prompt cannot do what it is for. */
  needs: readonly string[]
  /** Whether the conversation goes in as messages. */
  history: boolean
  /** Only tests of the content use it: there may be none. */
  isForTests?: boolean
}

/** Prompt name → contract, of every prompt that the service uses. */
export type PromptContracts = Readonly<Record<string, PromptContract>>
