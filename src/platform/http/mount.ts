import { type Request, type RequestHandler, type Response, Router } from 'express'
import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import type { Endpoint, EndpointInput } from './endpoint.ts'
import { wantsEventStream } from './event-stream.ts'
import type { Holder } from './fair-shares.ts'
import { type Authenticator, callingOf, type Identity, userNotFound } from './identity.ts'
import { readJsonBody } from './json-body.ts'
import { parse } from './parse.ts'
import type { RateLimit } from './rate-limit.ts'
import { receiveUpload, type UploadLimits } from './upload.ts'
import type { UploadBudget } from './upload-budget.ts'

export type MountDeps = {
  authenticator: Authenticator
  rateLimit: RateLimit
  uploads: { directory: string; limits: UploadLimits; budget: UploadBudget }
}

/** One router for all endpoints: each is authenticated, its learner settled, its parameters parsed, then handled. */
export function mountEndpoints(deps: MountDeps, endpoints: Endpoint[]): Router {
  const router = Router({ caseSensitive: true, strict: true })
  for (const endpoint of endpoints) {
    router[endpoint.method](toExpressPath(endpoint.path), runEndpoint(deps, endpoint))
  }
  for (const [path, methods] of groupMethods(endpoints)) router.all(path, refuseMethod(methods))
  return router
}

function runEndpoint(deps: MountDeps, endpoint: Endpoint): RequestHandler {
  return async (req, res) => {
    res.locals.route = endpoint.path
    if (endpoint.gate) endpoint.gate(req, presumedHolder(deps, req))
    const settle = () => settleCaller(deps, endpoint, req)
    const presumed = endpoint.checksCaller?.(req)
      ? deps.authenticator.presume(req.get('Authorization'))
      : undefined
    if (!presumed) return handle(deps, endpoint, { identity: await settle(), req, res })
    let isChecked = false
    const callerChecked = () => {
      isChecked = true
    }
    try {
      await handle(deps, endpoint, { identity: presumed, callerChecked, req, res })
    } catch (error) {
      if (!isChecked) await settle()
      throw error
    }
  }
}

/** Who calls as far as it is known without asking the database. */
function presumedHolder({ authenticator }: MountDeps, req: Request): Holder | undefined {
  const { authorization, userId } = callingOf(req)
  const identity = authenticator.presume(authorization)
  return identity && { appId: identity.appId, userId }
}

/** Throws for one who may not call, before anything is told about the call itself. */
async function settleCaller(
  { authenticator }: MountDeps,
  { params }: Endpoint,
  req: Request,
): Promise<Identity> {
  const calling = callingOf(req)
  const { identity, mayAct } = await authenticator.authenticate(calling)
  if (params) parse(params, req.params)
  if (calling.userId !== undefined && !mayAct) throw userNotFound()
  return identity
}

type Called = { identity: Identity; callerChecked?: () => void; req: Request; res: Response }

async function handle(
  deps: MountDeps,
  endpoint: Endpoint,
  { identity, callerChecked = () => {}, req, res }: Called,
): Promise<void> {
  const caller = { appId: identity.appId, userId: callingOf(req).userId }
  const params = endpoint.params ? parse(endpoint.params, req.params) : undefined
  await deps.rateLimit.admit(caller, res)
  if (isStreamed(endpoint, req)) deps.rateLimit.admitStream(caller, res)
  const input: EndpointInput<unknown, unknown, unknown, unknown> = {
    params: params as never,
    query: (endpoint.query ? parse(endpoint.query, req.query) : undefined) as never,
    identity,
    callerChecked,
    idempotencyKey: readIdempotencyKey(endpoint, req),
    readBody: () => readBody(deps, endpoint, { req, res }),
    readUpload: () => readUpload(deps, endpoint, { caller, req }),
    isMultipart: Boolean(req.is('multipart/form-data')),
    req,
    res,
  }
  await endpoint.handle(input as EndpointInput<never, never, never, never>)
}

const isStreamed = ({ answers }: Endpoint, req: Request) =>
  wantsEventStream(req) && Object.values(answers).some(({ events }) => events !== undefined)

async function readBody(
  { uploads }: MountDeps,
  { body }: Endpoint,
  { req, res }: { req: Request; res: Response },
): Promise<never> {
  const json = await readJsonBody(req, res, uploads.limits.timeoutMs)
  return (body ? parse(body, json) : undefined) as never
}

async function readUpload(
  { uploads }: MountDeps,
  { multipart }: Endpoint,
  { caller, req }: { caller: Holder; req: Request },
): Promise<never> {
  if (!multipart || !req.is('multipart/form-data')) throw notMultipart()
  const closed = uploads.budget.open(caller)
  const upload = await receiveUpload(req, { ...uploads, fileField: multipart.file }).finally(closed)
  try {
    return {
      file: upload.file,
      fields: multipart.fields ? parse(multipart.fields, upload.fields) : undefined,
    } as never
  } catch (error) {
    await upload.file.discard()
    throw error
  }
}

export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'Must be 1 to 255 visible ASCII characters')

function readIdempotencyKey({ method, repeats }: Endpoint, req: Request): string | undefined {
  const header = req.get('Idempotency-Key')
  if (header === undefined) return undefined
  if (method === 'post' && !repeats) throw keysNotSupported()
  return parse(z.object({ 'Idempotency-Key': IdempotencyKey }), { 'Idempotency-Key': header })[
    'Idempotency-Key'
  ]
}

const toExpressPath = (path: string) => path.replace(/\{(\w+)\}/g, ':$1')

function groupMethods(endpoints: Endpoint[]): Map<string, string[]> {
  const methods = new Map<string, string[]>()
  for (const { path, method } of endpoints) {
    const key = toExpressPath(path)
    methods.set(key, [...(methods.get(key) ?? []), method.toUpperCase()])
  }
  return methods
}

function refuseMethod(methods: string[]): RequestHandler {
  return (_req, res) => {
    res.set('Allow', methods.join(', '))
    throw new AppError(
      'method_not_allowed',
      'request.method_not_allowed',
      `Only ${methods.join(', ')} can be used here`,
    )
  }
}

const notMultipart = () =>
  new AppError(
    'unsupported',
    'request.not_multipart',
    'The body must be multipart/form-data with the recording as a file',
  )

const keysNotSupported = () =>
  new AppError(
    'invalid',
    'idempotency.not_supported',
    'This call cannot tell a repeated request from a new one: send it without Idempotency-Key',
    { faults: [{ path: 'Idempotency-Key', message: 'Not taken by this call' }] },
  )
