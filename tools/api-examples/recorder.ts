import type { CallExample, CallExamples } from '#platform/http/openapi/document.ts'

// biome-ignore lint/suspicious/noExplicitAny: the story reads ids out of answers that the test of the examples checks.
type Answer = any
type Body = Record<string, unknown>

export type Recorder = {
  examples: CallExamples
  /** Makes the call, `METHOD /path`, keeps what was sent and answered under the operation id, and gives the answer. */
  record: (id: string, call: string, body?: Body, headers?: Record<string, string>) => Promise<Answer>
}

export function createRecorder(url: string, key: string): Recorder {
  const examples: CallExamples = {}
  return {
    examples,
    async record(id, call, body, headers = {}) {
      const isForm = body !== undefined && Object.values(body).some((value) => value instanceof Blob)
      const response = await fetch(...toFetch({ url, key, call, body, isForm, headers }))
      if (!response.ok) throw new Error(`${call}: ${response.status} ${await response.text()}`)
      const { json, events } = await readAnswer(response)
      const known: CallExample = examples[id] ?? { answers: {} }
      examples[id] = {
        ...known,
        ...(body === undefined || isForm ? {} : { request: body }),
        ...(events ? { events: firstOfEach(events) } : {}),
        answers: { ...known.answers, ...(json ? { [response.status]: json } : {}) },
      }
      return json
    },
  }
}

type Sent = {
  url: string
  key: string
  call: string
  body: Body | undefined
  isForm: boolean
  headers: Record<string, string>
}

function toFetch({ url, key, call, body, isForm, headers }: Sent): Parameters<typeof fetch> {
  const [method = '', path = ''] = call.split(' ')
  const type: Record<string, string> =
    body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }
  const init = { method, headers: { Authorization: `Bearer ${key}`, ...type, ...headers } }
  if (body === undefined) return [`${url}/v1${path}`, init]
  return [`${url}/v1${path}`, { ...init, body: isForm ? toForm(body) : JSON.stringify(body) }]
}

type Event = { event: string; data: unknown }

async function readAnswer(response: Response): Promise<{ json?: Answer; events?: Event[] }> {
  const type = response.headers.get('Content-Type') ?? ''
  if (/json/.test(type)) return { json: await response.json() }
  const text = await response.text()
  return /event-stream/.test(type) ? { events: readEvents(text) } : {}
}

const readEvents = (stream: string): Event[] =>
  [...stream.matchAll(/event: (.+)\ndata: (.+)\n/g)].map(([, event = '', data = '']) => ({
    event,
    data: JSON.parse(data),
  }))

/** The long ones are left out: a turn is an example of its own. */
function firstOfEach(events: Event[]): Event[] {
  const short = events.filter(({ data }) => JSON.stringify(data).length < 4_000)
  return [...new Map(short.toReversed().map((event) => [event.event, event])).values()].toReversed()
}

function toForm(body: Body): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(body))
    form.set(name, value instanceof Blob ? value : String(value))
  return form
}
