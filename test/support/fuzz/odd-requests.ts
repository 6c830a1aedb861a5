import { ODD_ENCODED, ODD_HEADERS, ODD_JSON, ODD_QUERIES } from './odd-values.ts'
import type { Call, Schema } from './read-calls.ts'
import { validValue, type World } from './valid-value.ts'

export type OddRequest = {
  /** What is odd about it. */
  title: string
  method: string
  path: string
  headers: Record<string, string>
  body?: string | FormData
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

/** A request that the call accepts, if the ids of the world are right. */
export function plainRequest({ method, path, parameters, json, form, name }: Call, world: World): OddRequest {
  const address = path.replace(/\{(\w+)\}/g, (_, parameter: string) =>
    encodeURIComponent(String(validValue(schemaOf(parameters, parameter), { name: parameter, world }))),
  )
  const request = { title: name, method: method.toUpperCase(), path: address, headers: {} }
  if (json)
    return { ...request, headers: JSON_TYPE, body: JSON.stringify(validValue(json, { name: '', world })) }
  return form ? { ...request, body: formOf(form, world) } : request
}

const schemaOf = (parameters: Call['parameters'], name: string): Schema =>
  parameters.find((one) => one.name === name)?.schema ?? {}

/** The recording is none, so that nothing is decoded: fields are what is tried here. */
function formOf(schema: Schema, world: World, changes: Record<string, string> = {}): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries({
    ...(validValue(schema, { name: '', world }) as object),
    ...changes,
  }))
    if (name !== 'audio') form.set(name, String(value))
  form.set('audio', new Blob(['no sound']), 'a.webm')
  return form
}

/** One request for each odd value at each place of the call where a value may stand. */
export function oddRequests(call: Call, world: World): OddRequest[] {
  const plain = plainRequest(call, world)
  return [
    ...oddPaths(call, { plain, world }),
    ...oddQueries(call, plain),
    ...oddHeaders(call, plain),
    ...oddBodies(call, { plain, world }),
    ...oddForms(call, { plain, world }),
  ]
}

type Base = { plain: OddRequest; world: World }

const oddPaths = (call: Call, { plain, world }: Base): OddRequest[] =>
  namesIn(call, 'path').flatMap((name) =>
    ODD_ENCODED.map((value) => {
      const marked = plainRequest(call, { ...world, [name]: MARK }).path
      return {
        ...plain,
        title: `${call.name} with ${name} ${value.slice(0, 40)}`,
        path: marked.replace(MARK, value),
      }
    }),
  )

const MARK = 'MARK'

const oddQueries = (call: Call, plain: OddRequest): OddRequest[] =>
  [...namesIn(call, 'query'), 'unknown'].flatMap((name) =>
    ODD_QUERIES.map((value) => {
      const query = `${name}${value.replaceAll('{name}', name)}`
      return { ...plain, title: `${call.name}?${query.slice(0, 60)}`, path: `${plain.path}?${query}` }
    }),
  )

const oddHeaders = (call: Call, plain: OddRequest): OddRequest[] =>
  [...namesIn(call, 'header'), 'X-Request-Id'].flatMap((name) =>
    ODD_HEADERS.map((value) => ({
      ...plain,
      title: `${call.name} with ${name}: ${value.slice(0, 40)}`,
      headers: { ...plain.headers, [name]: value },
    })),
  )

const namesIn = ({ parameters }: Call, place: string) =>
  parameters.filter((one) => one.in === place).map(({ name }) => name)

function oddBodies(call: Call, { plain, world }: Base): OddRequest[] {
  const { json } = call
  if (!json) return []
  const valid = validValue(json, { name: '', world })
  const withOdd = (title: string, body: unknown) => ({
    ...plain,
    title: `${call.name} with ${title}`,
    body: JSON.stringify(body),
  })
  return [
    ...ODD_JSON.map((odd) => withOdd(`the body ${show(odd)}`, odd)),
    ...placesIn(json).flatMap((place) =>
      ODD_JSON.map((odd) => withOdd(`${place.join('.')} ${show(odd)}`, replaced(valid, { place, odd }))),
    ),
    ...ODD_JSON.map((odd) => withOdd(`unknown ${show(odd)}`, { ...(valid as object), unknown: odd })),
  ]
}

const show = (value: unknown) => JSON.stringify(value).slice(0, 40)

/** The paths of all values in a body; of an array, its first element. */
function placesIn(schema: Schema, before: string[] = []): string[][] {
  const alternatives = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return alternatives.flatMap(({ properties = {}, items }) => {
    const inner = [...Object.entries(properties), ...(items ? [['0', items] as const] : [])]
    return inner.flatMap(([name, one]) => [[...before, name], ...placesIn(one, [...before, name])])
  })
}

function replaced(value: unknown, { place, odd }: { place: string[]; odd: unknown }): unknown {
  const [name, ...rest] = place
  if (name === undefined) return odd
  if (name === '0') return [replaced(Array.isArray(value) ? value[0] : undefined, { place: rest, odd })]
  const object = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  return { ...object, [name]: replaced(object[name], { place: rest, odd }) }
}

function oddForms(call: Call, { plain, world }: Base): OddRequest[] {
  const { form } = call
  if (!form) return []
  const { headers: _, ...rest } = plain
  const names = [...Object.keys(form.properties ?? {}), 'unknown'].filter((name) => name !== 'audio')
  const texts = ODD_JSON.filter((odd) => typeof odd === 'string')
  return names.flatMap((name) =>
    texts.map((text) => ({
      ...rest,
      headers: {},
      title: `${call.name} with the form field ${name} ${show(text)}`,
      body: formOf(form, world, { [name]: text }),
    })),
  )
}
