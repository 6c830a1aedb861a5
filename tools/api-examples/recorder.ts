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
      const [method = '', path = ''] = call.split(' ')
      const isForm = body !== undefined && Object.values(body).some((value) => value instanceof Blob)
      const response = await fetch(`${url}/v1${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${key}`,
          ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isForm ? toForm(body) : JSON.stringify(body) }),
      })
      if (!response.ok) throw new Error(`${call}: ${response.status} ${await response.text()}`)
      const known: CallExample = examples[id] ?? { answers: {} }
      const answer = await readAnswer(response)
      examples[id] = {
        ...known,
        ...(body === undefined || isForm ? {} : { request: body }),
        ...(answer.events ? { events: firstOfEach(answer.events) } : {}),
        answers: { ...known.answers, ...(answer.json ? { [response.status]: answer.json } : {}) },
      }
      return answer.json
    },
  }
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
