import { REHEARSAL_CANARY } from '#engines/llm/canary.ts'
import type { Complete } from '#engines/llm/complete.ts'
import { ReplyFilter } from '#engines/llm/reply-filter.ts'
import { secretOf } from '#engines/llm/secret.ts'
import { toLlmMessages } from './history.ts'
import { type Persona, scriptedLineOf } from './persona.ts'
import type { RenderPrompt } from './remember.ts'
import { replyRequest, replyVariables, secretOfReply } from './reply-request.ts'

export type TalkDeps = {
  complete: Complete
  /** The prompt of all personas as a request. */
  render: (input: Parameters<RenderPrompt>[1]) => Awaited<ReturnType<RenderPrompt>>
  /** Under whom the calls are booked. */
  bookedUnder: string
}

export type Talk = { opener: string; take: (said: string | null) => Promise<{ reply: string }> }

/** What a message must not be is empty. */
const UNINTELLIGIBLE = '…'

/** A conversation with a persona that nobody keeps: the same request and the same filter as the service's. */
export function rehearseTalk({ complete, render, bookedUnder }: TalkDeps, persona: Persona): Talk {
  const opener = persona.greeting
  const kept: { role: 'user' | 'assistant'; content: string }[] = [{ role: 'assistant', content: opener }]
  const canary = REHEARSAL_CANARY
  const variables = replyVariables(persona, canary)
  let spoken = 0
  return {
    opener,
    async take(said) {
      kept.push({ role: 'user', content: said ?? UNINTELLIGIBLE })
      const prompt = render({ variables, history: toLlmMessages({ kept, summary: null }) })
      const request = replyRequest({ persona, spoken, prompt })
      const secret = secretOfReply({ request, persona, canary })
      const filter = new ReplyFilter({ emotions: persona.emotions, secret })
      await complete(request, {
        attribution: { appId: bookedUnder, userId: bookedUnder, turnId: null },
        onDelta: (text) => void filter.append(text),
      })
      filter.end()
      const reply = filter.shown.trimEnd() || scriptedLineOf(persona, spoken)
      kept.push({ role: 'assistant', content: reply })
      spoken += 1
      return { reply }
    },
  }
}

/** What the learner would see of a reply. */
export function rehearsePersonaReply(text: string, emotions: string, canary: string): string {
  const secret = secretOf({ instructions: '', mark: canary, sayable: [] })
  const filter = new ReplyFilter({ emotions: emotions.split(/,\s*/), secret })
  filter.append(text)
  filter.end()
  return filter.shown.trimEnd()
}
