import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Holder } from './fair-shares.ts'
import type { Identity } from './identity.ts'
import type { Upload } from './upload.ts'

type Shape = z.ZodObject
type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

export type AnswerHeader = 'Location' | 'Idempotent-Replayed'

/**
 * `events`: what comes instead when the client asked for `text/event-stream`, as one schema of `{ event, data }`.
 * `headers`: those that this answer may have of its own.
 */
export type Answer = {
  description: string
  schema?: z.ZodType
  contentType?: string
  events?: z.ZodType
  headers?: AnswerHeader[]
}

/** What a multipart body holds: one file, and text fields beside it. */
export type Multipart<Fields extends Shape | undefined> = { file: string; fields: Fields }

export type EndpointInput<Params, Query, Body, Fields> = {
  params: Output<Params>
  query: Output<Query>
  identity: Identity
  /** To be called once what `checksCaller` speaks of has happened. */
  callerChecked: () => void
  /** The caller's `Idempotency-Key`. */
  idempotencyKey: string | undefined
  /** Bodies are read when asked for, so that refusals that need no body come before a long upload. */
  readBody: () => Promise<Output<Body>>
  readUpload: () => Promise<{ file: Upload['file']; fields: Output<Fields> }>
  isMultipart: boolean
  req: Request
  res: Response
}

type Definition<
  Params extends Shape | undefined,
  Query extends Shape | undefined,
  Body extends z.ZodType | undefined,
  Fields extends Shape | undefined,
> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** As in OpenAPI: `/users/{userId}/practice-sessions`. A `userId` in it is checked against the caller. */
  path: string
  /** A verb and what it is about, `listPersonas`: the name of the call in clients that are generated. Never changes. */
  operationId: string
  tag: string
  summary: string
  description?: string
  params?: Params
  query?: Query
  body?: Body
  multipart?: Multipart<Fields>
  answers: Record<number, Answer>
  /**
   * What a POST does with its `Idempotency-Key`. `stored`: the key is kept with what the call made. `recomputed`: the call
   * stores nothing and answers the same request the same way. A POST that says neither refuses keys. The other methods
   * change nothing when they are repeated, so they take a key and need none.
   */
  repeats?: 'stored' | 'recomputed'
  /** Codes of the problems this call has of its own, by status, for the documentation. */
  problems?: Record<number, string[]>
  /** Asked first, before it is certain who calls: may refuse by throwing. */
  gate?: (req: Request, presumed: Holder | undefined) => void
  /**
   * Whether the statement by which this request is stored sees to it that the key of `identity` stands and may act for
   * the learner. Then a key that is known is not looked up beforehand; what `handle` throws before `callerChecked` gives way
   * to what the caller is refused with.
   */
  checksCaller?: (req: Request) => boolean
  handle: (input: EndpointInput<Params, Query, Body, Fields>) => Promise<void>
}

/** A call of the API with its types erased: what is mounted and what is documented are the same object. */
export type Endpoint = Omit<
  Definition<undefined, undefined, undefined, undefined>,
  'params' | 'query' | 'body' | 'multipart' | 'handle'
> & {
  params?: Shape
  query?: Shape
  body?: z.ZodType
  multipart?: Multipart<Shape | undefined>
  handle: (input: EndpointInput<never, never, never, never>) => Promise<void>
}

/** Declares a call. The schemas validate it, type its handler and document it. */
export function endpoint<
  Params extends Shape | undefined = undefined,
  Query extends Shape | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Fields extends Shape | undefined = undefined,
>(definition: Definition<Params, Query, Body, Fields>): Endpoint {
  return definition as unknown as Endpoint
}
