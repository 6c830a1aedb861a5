import { Agent, request as ask } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** Where a stream is asked for, and how its first text and its end look. */
export type Target = {
  url: string
  headers: Record<string, string>
  body: string
  firstMark: string
  endMark: string
}

export type Outcome = {
  status: number
  answeredMs: number
  firstMs: number | undefined
  endedMs: number
  isWhole: boolean
}

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })

type Watch = { onFirst?: () => void; signal?: AbortSignal }

/** One request and its answer to the end. A connection that breaks has status 0. */
export function openStream(
  { url, headers, body, firstMark, endMark }: Target,
  { onFirst = () => {}, signal }: Watch = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const startedAt = performance.now()
    const outcome: Outcome = { status: 0, answeredMs: 0, firstMs: undefined, endedMs: 0, isWhole: false }
    const call = ask(url, {
      method: 'POST',
      agent,
      ...(signal ? { signal } : {}),
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers },
    })
    call.on('error', () => resolve(outcome))
    call.on('response', (answer) => {
      outcome.status = answer.statusCode ?? 0
      outcome.answeredMs = performance.now() - startedAt
      answer.setEncoding('utf8').on('data', (text: string) => {
        if (outcome.firstMs === undefined && text.includes(firstMark)) {
          outcome.firstMs = performance.now() - startedAt
          onFirst()
        }
        outcome.isWhole ||= text.includes(endMark)
      })
      answer.on('error', () => {})
      answer.on('close', () => {
        outcome.endedMs = performance.now() - startedAt
        resolve(outcome)
      })
    })
    call.end(body)
  })
}

/** Each of the workers asks again and again; they begin one after the other over `spreadMs`, not all at once. */
export async function runWorkers(
  { workers, times, spreadMs }: { workers: number; times: number; spreadMs: number },
  open: (worker: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes = await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      await wait((spreadMs * worker) / workers)
      const own: Outcome[] = []
      for (let time = 0; time < times; time += 1) own.push(await open(worker))
      return own
    }),
  )
  return outcomes.flat()
}

/** So many a second, whatever becomes of them. */
export async function runArrivals(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  open: (arrival: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const startedAt = performance.now()
  const open_: Promise<Outcome>[] = []
  for (let arrival = 0; arrival < perSecond * seconds; arrival += 1) {
    const dueMs = (arrival * 1_000) / perSecond - (performance.now() - startedAt)
    if (dueMs > 1) await wait(dueMs)
    open_.push(open(arrival))
  }
  return Promise.all(open_)
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
