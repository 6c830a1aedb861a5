import { z } from 'zod'
import { llmBadResponse } from '../errors.ts'
import type { LlmFinish, LlmUsage } from '../provider.ts'
import { reportedUsage } from '../usage.ts'

/** One streamed message, read event by event. Kinds that are not known are skipped, as the vendor asks. */
export class AnthropicMessage {
  #model: string
  #usage: UsageReport = {}
  #stopReason: string | undefined
  #isWhole = false
  /** The answer is what the tool is called with. */
  readonly #mayCallTool: boolean

  constructor(model: string, { mayCallTool }: { mayCallTool: boolean }) {
    this.#model = model
    this.#mayCallTool = mayCallTool
  }

  /** Returns the text that the event brings. */
  read(event: { type: string }): string {
    if (event.type === 'message_start') this.#readStart(MessageStart.parse(event))
    if (event.type === 'content_block_start' && !this.#mayCallTool) refuseToolCall(BlockStart.parse(event))
    if (event.type === 'content_block_delta') return textOf(BlockDelta.parse(event), this.#mayCallTool)
    if (event.type === 'message_delta') this.#readDelta(MessageDelta.parse(event))
    if (event.type === 'message_stop') this.#isWhole = true
    return ''
  }

  /** Known from the first event on, so that a message that is cut still has its input counted. */
  start(): { model: string; inputTokens: number | undefined } {
    const { inputTokens } = toUsage({ ...this.#usage, output_tokens: 0 })
    return { model: this.#model, inputTokens: inputTokens ?? undefined }
  }

  end(): { finish: LlmFinish; usage: LlmUsage; model: string } {
    if (!this.#isWhole) throw llmBadResponse('ended without message_stop')
    return {
      finish: toFinish(this.#stopReason, this.#mayCallTool),
      usage: toUsage(this.#usage),
      model: this.#model,
    }
  }

  #readStart({ message }: z.output<typeof MessageStart>) {
    this.#model = message.model
    this.#usage = message.usage ?? {}
  }

  /** Its counts are running totals; what it leaves out stands as the start had it. */
  #readDelta({ delta, usage }: z.output<typeof MessageDelta>) {
    this.#stopReason = delta.stop_reason ?? this.#stopReason
    const told = Object.entries(usage ?? {}).filter(([, count]) => count !== null && count !== undefined)
    this.#usage = { ...this.#usage, ...Object.fromEntries(told) }
  }
}

const Usage = z
  .object({
    input_tokens: z.unknown(),
    cache_creation_input_tokens: z.unknown(),
    cache_read_input_tokens: z.unknown(),
    output_tokens: z.unknown(),
  })
  .partial()

type UsageReport = z.output<typeof Usage>

const MessageStart = z.object({
  message: z.object({ model: z.string().min(1).max(200), usage: Usage.nullish() }),
})
const BlockStart = z.object({ content_block: z.object({ type: z.string() }) })
const BlockDelta = z.object({
  delta: z.object({ type: z.string(), text: z.string().optional(), partial_json: z.string().optional() }),
})
const MessageDelta = z.object({
  delta: z.object({ stop_reason: z.string().nullish() }),
  usage: Usage.nullish(),
})

/** Thinking is not part of the reply, and neither is what is said around the call of a tool. */
function textOf({ delta }: z.output<typeof BlockDelta>, mayCallTool: boolean): string {
  if (mayCallTool) return delta.type === 'input_json_delta' ? (delta.partial_json ?? '') : ''
  return delta.type === 'text_delta' ? (delta.text ?? '') : ''
}

function refuseToolCall({ content_block: block }: z.output<typeof BlockStart>) {
  if (block.type.endsWith('tool_use')) throw llmBadResponse('a tool call nobody asked for')
}

/** The vendor's `input_tokens` leave out what went through the cache; ours are the whole input. */
function toUsage(report: UsageReport): LlmUsage {
  const cacheReads = report.cache_read_input_tokens ?? 0
  const cacheWrites = report.cache_creation_input_tokens ?? 0
  return reportedUsage({
    inputTokens: sumOf([report.input_tokens, cacheWrites, cacheReads]),
    cachedInputTokens: cacheReads,
    cacheWriteTokens: cacheWrites,
    outputTokens: report.output_tokens,
  })
}

/** Not a number when one of them is not a count. */
const sumOf = (counts: unknown[]) =>
  counts.reduce<number>(
    (sum, count) => (typeof count === 'number' && count >= 0 ? sum + count : Number.NaN),
    0,
  )

const FINISHES: Partial<Record<string, LlmFinish>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'refused',
}

function toFinish(stopReason: string | undefined, mayCallTool: boolean): LlmFinish {
  if (stopReason === 'tool_use' && mayCallTool) return 'stop'
  const finish = stopReason === undefined ? undefined : FINISHES[stopReason]
  if (!finish) throw llmBadResponse('an unknown stop reason')
  return finish
}
