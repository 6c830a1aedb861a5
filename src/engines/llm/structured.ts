import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import type { Complete, LlmReply } from './complete.ts'
import type { LlmMessage, LlmRequest } from './provider.ts'

/**
 * An answer that fits its schema, or why there is none: `llm.refused`, `llm.filtered`, `llm.unfit_answer` after the
 * one repair, or the code of the error that ended the call.
 */
export type Structured<Value> =
  | { value: Value; reason: undefined; reply: LlmReply }
  | { value: null; reason: string; reply: LlmReply | undefined }

export type StructuredRequest<Schema extends z.ZodType> = Omit<LlmRequest, 'output'> & {
  /** Small letters and underscores; vendors show it to the model. */
  name: string
  /** A strict object: vendors want every key required and no other allowed. Absent is null. */
  schema: Schema
}

/** How a feature asks for a judgement. Rejects only when the caller gives up, or for a defect. */
export type AskStructured = <Schema extends z.ZodType>(
  request: StructuredRequest<Schema>,
  options: Omit<Parameters<Complete>[1], 'onDelta'>,
) => Promise<Structured<z.output<Schema>>>

/** Long enough to say what was wrong, short enough not to teach the model its own mistakes. */
const MAX_COMPLAINTS = 5
const MAX_REPEATED_CHARACTERS = 4_000

export function createAskStructured(complete: Complete): AskStructured {
  return async ({ name, schema, ...request }, options) => {
    const output = { name, schema: z.toJSONSchema(schema) }
    try {
      const first = await complete({ ...request, output }, options)
      const read = readAnswer(schema, first)
      if (!('complaints' in read)) return read
      const messages = [...request.messages, ...askAgain(first.text, read.complaints)]
      const second = await complete({ ...request, output, messages }, options)
      const repaired = readAnswer(schema, second)
      return 'complaints' in repaired ? { value: null, reason: 'llm.unfit_answer', reply: second } : repaired
    } catch (error) {
      if (!isReason(error)) throw error
      return { value: null, reason: error.code, reply: undefined }
    }
  }
}

/** The model failed, or may not be asked now; whoever asked can go on without an answer. */
function isReason(error: unknown): error is AppError {
  if (!(error instanceof AppError) || error.code === 'llm.aborted') return false
  return error.code.startsWith('llm.') || error.kind === 'too_many'
}

function readAnswer<Schema extends z.ZodType>(
  schema: Schema,
  reply: LlmReply,
): Structured<z.output<Schema>> | { complaints: string[] } {
  if (reply.finish === 'refused' || reply.finish === 'filtered') {
    return { value: null, reason: `llm.${reply.finish}`, reply }
  }
  const json = parseJson(reply.text)
  if (json === undefined) return { complaints: ['it is not JSON alone'] }
  const parsed = schema.safeParse(json)
  if (parsed.success) return { value: parsed.data, reason: undefined, reply }
  return {
    complaints: parsed.error.issues
      .slice(0, MAX_COMPLAINTS)
      .map(({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`),
  }
}

/** Some models put even an answer in a given format between marks of code; prose around it is not taken. */
function parseJson(text: string): unknown {
  const bare = text.trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/, '$1')
  try {
    return JSON.parse(bare)
  } catch {
    return undefined
  }
}

function askAgain(text: string, complaints: readonly string[]): LlmMessage[] {
  return [
    { role: 'assistant', text: text.slice(0, MAX_REPEATED_CHARACTERS) || '(nothing)' },
    {
      role: 'user',
      text: `That answer cannot be used: ${complaints.join('; ')}. Answer again, with JSON in the given format and nothing else.`,
    },
  ]
}
