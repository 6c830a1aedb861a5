import { commentOf, isSchema, type JsonSchema, propertyName, typeOf, unionOf } from './schema-type.ts'

const HEADER = `// Made from the OpenAPI document by \`npm run client:types\`. Change the schemas of the calls, not this file.
`

/** The types of \`malgil/client\`: each named schema, and each call under \`METHOD /path\`. */
export function toClientTypes(openApi: JsonSchema): string {
  const { components, paths } = openApi
  const schemas = isSchema(components) ? components.schemas : undefined
  return [HEADER, ...schemaTypes(schemas), 'export type Calls = {', ...callTypes(paths), '}', ''].join('\n')
}

function schemaTypes(schemas: unknown): string[] {
  if (!isSchema(schemas)) return []
  return Object.entries(schemas)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, schema]) => `${commentOf(schema)}export type ${name} = ${typeOf(schema)}\n`)
}

function callTypes(paths: unknown): string[] {
  if (!isSchema(paths)) return []
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(isSchema(methods) ? methods : {}).map(([method, call]) =>
      callType(`${method.toUpperCase()} ${path}`, isSchema(call) ? call : {}),
    ),
  )
}

function callType(name: string, call: JsonSchema): string {
  const summary = commentOf({ description: call.summary })
  const { answer, events } = answerTypes(call)
  return `${summary}'${name}': {\ninput: ${inputType(call)}\nanswer: ${answer}\nevents: ${events}\n}`
}

function inputType(call: JsonSchema): string {
  const parameters = Array.isArray(call.parameters) ? call.parameters.filter(isSchema) : []
  const path = parametersType(parameters.filter((parameter) => parameter.in === 'path'))
  const query = parametersType(parameters.filter((parameter) => parameter.in === 'query'))
  const fields = [
    path.fields === '' ? '' : `path: { ${path.fields} }`,
    query.fields === '' ? '' : `query${query.isNeeded ? '' : '?'}: { ${query.fields} }`,
  ].filter((field) => field !== '')
  const bodies = bodyTypes(call.requestBody)
  const given = `{ ${fields.join('; ')} }`
  if (bodies.length === 0) return given
  const body = bodies.length === 1 ? bodies.join('') : `(${bodies.join(' | ')})`
  return fields.length === 0 ? body : `${given} & ${body}`
}

function parametersType(parameters: JsonSchema[]): { fields: string; isNeeded: boolean } {
  const fields = parameters.map(
    ({ name, required, schema }) => `${propertyName(String(name))}${required ? '' : '?'}: ${typeOf(schema)}`,
  )
  return { fields: fields.join('; '), isNeeded: parameters.some(({ required }) => required === true) }
}

function bodyTypes(requestBody: unknown): string[] {
  const content = isSchema(requestBody) && isSchema(requestBody.content) ? requestBody.content : {}
  return [
    { field: 'body', schema: schemaOf(content, 'application/json') },
    { field: 'form', schema: schemaOf(content, 'multipart/form-data') },
  ].flatMap(({ field, schema }) => (schema === undefined ? [] : [`{ ${field}: ${typeOf(schema)} }`]))
}

function schemaOf(content: JsonSchema, type: string): unknown {
  const described = content[type]
  return isSchema(described) ? described.schema : undefined
}

function answerTypes({ responses }: JsonSchema): { answer: string; events: string } {
  const good = Object.entries(isSchema(responses) ? responses : {})
    .filter(([status]) => status.startsWith('2'))
    .map(([, response]) => (isSchema(response) && isSchema(response.content) ? response.content : {}))
  const events = unionOf(good.map((content) => typeIfAny(schemaOf(content, 'text/event-stream'))))
  const answer = unionOf(good.map(answerType))
  return { answer: answer === '' ? 'undefined' : answer, events: events === '' ? 'never' : events }
}

const typeIfAny = (schema: unknown): string => (schema === undefined ? '' : typeOf(schema))

/** JSON by its schema, nothing where there is no content, and the bytes of anything else but events. */
function answerType(content: JsonSchema): string {
  const types = Object.keys(content).filter((type) => type !== 'text/event-stream')
  if (types.length > 0) return unionOf(types.map((type) => typeIfAny(schemaOf(content, type)) || 'Blob'))
  return Object.keys(content).length === 0 ? 'undefined' : ''
}
