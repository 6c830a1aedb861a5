import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AppError } from '#base/errors.ts'
import type { Tried } from './attempt.ts'
import { type GenAiField, toGenAiAttributes } from './gen-ai-attributes.ts'

type Fields = Parameters<typeof toGenAiAttributes>[0]

export type SpannedAttempt = {
  operation: 'chat' | 'embeddings'
  askedModel: string
  fields: Fields
}

/** Without an SDK in the process (README, "Watching it") this costs nothing and goes nowhere. */
const tracer = () => trace.getTracer('malgil')

/** One span an attempt, the parent of what the vendor's client traces itself. */
export async function withAttemptSpan<Done>(
  { operation, askedModel, fields }: SpannedAttempt,
  run: () => Promise<Tried<Done>>,
  fieldsOf: (done: Done) => Fields,
): Promise<Tried<Done>> {
  const attributes = toGenAiAttributes({ ...fields, operation, askedModel })
  const span = tracer().startSpan(`${operation} ${askedModel}`, { kind: SpanKind.CLIENT, attributes })
  try {
    const tried = await context.with(trace.setSpan(context.active(), span), run)
    describe(span, tried, fieldsOf)
    return tried
  } finally {
    span.end()
  }
}

function describe<Done>(span: Span, tried: Tried<Done>, fieldsOf: (done: Done) => Fields): void {
  const { outcome, usage, model, firstTokenMs, providerRequestId } = tried
  const { basis, ...counts } = usage
  const common: Partial<Record<GenAiField, Fields[GenAiField]>> = {
    ...counts,
    outcome,
    usageBasis: basis,
    servedModel: model,
    firstTokenS: firstTokenMs === null ? null : firstTokenMs / 1_000,
    providerRequestId,
  }
  if (tried.outcome === 'completed') {
    span.setAttributes(toGenAiAttributes({ ...common, ...fieldsOf(tried.done) }))
    return
  }
  const errorCode = tried.error instanceof AppError ? tried.error.code : 'internal'
  span.setAttributes(toGenAiAttributes({ ...common, errorCode }))
  span.setStatus({ code: SpanStatusCode.ERROR })
}
