import { z } from 'zod'
import { llmBadResponse } from '../errors.ts'
import type { LlmFinish, LlmUsage } from '../provider.ts'
import { OpenAiUsage, usageOf } from './openai-usage.ts'

/** After the last chunk. */
export const DONE = '[DONE]'

const ToolCall = z.object({ function: z.object({ arguments: z.string().nullish() }).nullish() })

export const Chunk = z.object({
  /** Instead of everything else, when the answer broke off. */
  error: z.looseObject({}).nullish(),
  model: z.string().max(200).nullish(),
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(ToolCall).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: OpenAiUsage.nullish(),
})

export type Seen = {
  model: string
  /** As the server calls it. Some servers send an empty name, with every chunk or at the end; null before any. */
  finishName: string | null
  usage: LlmUsage
  hasRefused: boolean
  /** The answer is what the tool is called with. */
  mayCallTool: boolean
  /** The server said that nothing follows. */
  isDone: boolean
}

/** Notes what the chunk says into `seen` and returns its text. Usage comes last, in a chunk without choices. */
export function readChunk({ model, choices, usage }: z.output<typeof Chunk>, seen: Seen): string {
  seen.model = model || seen.model
  if (usage) seen.usage = usageOf(usage)
  const choice = choices?.[0]
  if (!choice) return ''
  seen.hasRefused ||= Boolean(choice.delta?.refusal)
  const { finish_reason: name } = choice
  if (!seen.finishName) seen.finishName = name ?? null
  return textOf(choice.delta ?? {}, seen)
}

type Delta = {
  content?: string | null | undefined
  tool_calls?: z.output<typeof ToolCall>[] | null | undefined
}

function textOf({ content, tool_calls: calls }: Delta, { mayCallTool }: Seen): string {
  if (!calls?.length) return mayCallTool ? '' : (content ?? '')
  if (!mayCallTool) throw llmBadResponse('a tool call nobody asked for')
  return calls.map((call) => call.function?.arguments ?? '').join('')
}

/** Servers that speak the format have names of their own; the first line that fits decides, else the text is whole. */
const FINISH_KINDS: readonly (readonly [name: RegExp, finish: LlmFinish | 'failed'])[] = [
  [/error|abort|cancel|fail|timeout|timed_out|tool|function/, 'failed'],
  [/filter|safety|block|prohibit|recitation/, 'filtered'],
  [/refus/, 'refused'],
  [/length|max|limit/, 'length'],
]

/** What the server's name for the end means. Throws where the answer is not whole. */
export function finishOf({ finishName, hasRefused, mayCallTool, isDone, usage }: Seen): LlmFinish {
  // An empty name alone may also mean that the stream was cut.
  const isNamed = finishName !== null && (finishName !== '' || isDone || usage.basis === 'reported')
  if (!isNamed) throw llmBadResponse('ended without a finish reason')
  if (hasRefused) return 'refused'
  const name = finishName.toLowerCase()
  if (mayCallTool && (name === 'tool_calls' || name === 'function_call')) return 'stop'
  const finish = FINISH_KINDS.find(([kind]) => kind.test(name))?.[1] ?? 'stop'
  if (finish === 'failed') throw llmBadResponse('a finish reason that means failure')
  return finish
}
