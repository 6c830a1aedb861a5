import { z } from 'zod'
import type { AskStructured } from '#engines/llm/structured.ts'
import { chooseFacts, type Dropped } from './choose-facts.ts'
import type { FoundFact, SaidMessage } from './fact.ts'
import { type FactsPrompt, factsRequest } from './find-facts.ts'
import { createSensitiveFilter, type FactRules } from './sensitive.ts'

/** What the prompt is filled with, as far as it decides what is kept. */
const Given = z.object({
  already_known: z.array(z.string()).default([]),
  messages: z.array(z.object({ by: z.string(), text: z.string() })).default([]),
})

export type FactsRehearsal = {
  ask: AskStructured
  prompt: FactsPrompt
  variables: Readonly<Record<string, unknown>>
  /** Without them nothing may be remembered. */
  rules: FactRules | undefined
  bookedUnder: string
}

export type RehearsedFacts =
  | { facts: Pick<FoundFact, 'kind' | 'text'>[]; dropped: Dropped }
  | { unfound: string }

/** What would be kept of a model's proposals, and how many would not, or the code of why there are none. */
export async function rehearseFacts({
  ask,
  prompt,
  variables,
  rules,
  bookedUnder,
}: FactsRehearsal): Promise<RehearsedFacts> {
  const { value, reason } = await ask(factsRequest(prompt), {
    attribution: { appId: bookedUnder, userId: bookedUnder, turnId: null },
  })
  if (value === null) return { unfound: reason }
  const { already_known: known, messages } = Given.parse(variables)
  const { found, dropped } = chooseFacts(value.facts, {
    userId: bookedUnder,
    messages: messages.map(toMessage),
    known,
    isSensitive: rules ? createSensitiveFilter(rules) : () => true,
  })
  return { facts: found.map(({ kind, text }) => ({ kind, text })), dropped }
}

const toMessage = ({ by, text }: { by: string; text: string }, index: number): SaidMessage => ({
  messageId: String(index + 1),
  role: by === 'learner' ? 'user' : 'assistant',
  content: text,
  createdAt: new Date(0),
})
