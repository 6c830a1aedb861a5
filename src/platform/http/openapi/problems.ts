import { SERVER_FULL } from '../admission.ts'
import type { Endpoint } from '../endpoint.ts'
import { Problem, titleOfStatus } from '../problem.ts'
import { headersOfProblem } from './headers.ts'
import type { Json, SchemaOf } from './schema.ts'

type CodesByStatus = Record<number, string[]>

/** The failed answers of a call, by status, each with the codes it can have. */
export function describeProblems(endpoint: Endpoint, schemaOf: SchemaOf): Json {
  const schema = schemaOf(Problem, 'output')
  const codes = merge(generalProblems(endpoint), endpoint.problems ?? {})
  const answers = Object.entries(codes).map(([status, list]) => [
    status,
    describeProblem(Number(status), { codes: list, schema }),
  ])
  const other = { description: 'Another problem', content: { 'application/problem+json': { schema } } }
  return { ...Object.fromEntries(answers), default: other }
}

function describeProblem(status: number, { codes, schema }: { codes: string[]; schema: Json }): Json {
  const title = titleOfStatus(status)
  const examples = codes.map((code) => [code, { value: exampleOf(status, { code, title }) }])
  return {
    description: `${title}: ${codes.map((code) => `\`${code}\``).join(', ')}`,
    headers: headersOfProblem(status),
    content: { 'application/problem+json': { schema, examples: Object.fromEntries(examples) } },
  }
}

const exampleOf = (status: number, { code, title }: { code: string; title: string }): Problem => ({
  type: `urn:malgil:problem:${code}`,
  title,
  status,
  detail: 'One sentence that says what is the matter and what to do next',
  code,
  requestId: '0199f0c4-7c1e-7000-8000-0000000000ff',
  retryable: status === 429 || status === 503,
})

/** What can go wrong with a call because of its form: a key, a learner, fields, a body, an upload. */
function generalProblems({ path, params, query, body, multipart, answers, gate }: Endpoint): CodesByStatus {
  const isStreamed = Object.values(answers).some(({ events }) => events !== undefined)
  const hasFields = params ?? query ?? body ?? multipart
  return [
    { 401: ['auth.key_missing', 'auth.key_unknown', 'auth.key_revoked'] },
    hasFields ? { 400: ['request.invalid'] } : {},
    path.includes('{userId}') ? { 404: ['user.not_found'] } : {},
    body ? { 400: ['request.bad_json'], 408: ['request.too_slow'], 413: ['request.too_large'] } : {},
    body ? { 415: ['request.not_json'] } : {},
    multipart ? UPLOAD_PROBLEMS : {},
    multipart && !body ? { 415: ['request.not_multipart'] } : {},
    { 429: ['auth.too_many_failures', 'rate.exceeded', ...(isStreamed ? ['rate.too_many_streams'] : [])] },
    { 500: ['internal'], 503: ['database.unavailable', ...(gate ? [SERVER_FULL] : [])] },
  ].reduce(merge, {})
}

const UPLOAD_PROBLEMS: CodesByStatus = {
  400: [
    'upload.file_missing',
    'upload.malformed',
    'upload.too_many_files',
    'upload.unexpected_field',
    'upload.field_too_large',
    'upload.field_not_utf8',
  ],
  408: ['upload.timed_out'],
  413: ['upload.too_large'],
}

function merge(one: CodesByStatus, other: CodesByStatus): CodesByStatus {
  const merged = { ...one }
  for (const [status, codes] of Object.entries(other)) {
    const known = merged[Number(status)] ?? []
    merged[Number(status)] = [...new Set([...known, ...codes])]
  }
  return merged
}
