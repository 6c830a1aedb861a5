import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { afterEach, expect, test, vi } from 'vitest'
import { eventFetch, readEvents } from './event-fetch.ts'

const closing: (() => void)[] = []
afterEach(() => {
  vi.useRealTimers()
  for (const close of closing.splice(0)) close()
})

/** The address of a vendor. */
async function startVendor(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => void server.close().closeAllConnections())
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The server has no address')
  return `http://127.0.0.1:${address.port}/`
}

/** What one says to one request. */
async function askVendor(
  answer: (response: ServerResponse) => void,
  init: RequestInit = {},
): Promise<Response> {
  return eventFetch(await startVendor((_request, response) => answer(response)), init)
}

const STREAM = { 'content-type': 'text/event-stream; charset=utf-8' }
const events = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => `data: ${from + at}\n\n`).join('')
const numbers = (count: number) => Array.from({ length: count }, (_, at) => String(at))

/** What was heard, and how often reading was taken up: what is read together is heard in one turn. */
async function hearAll(response: Response): Promise<{ heard: string[]; turns: number; error: unknown }> {
  const heard: string[] = []
  let turns = 0
  let isInTurn = false
  const reading = readEvents(response, ({ data }) => {
    heard.push(data)
    if (!isInTurn) turns += 1
    isInTurn = true
    queueMicrotask(() => {
      isInTurn = false
    })
    return 'begun'
  })
  const error = await reading?.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return { heard, turns, error }
}

test('once it has begun, events are heard together, and none is lost at the end', async () => {
  const response = await askVendor(async (answer) => {
    answer.writeHead(200, STREAM)
    for (let at = 0; at < 40; at += 1) {
      answer.write(events(1, at))
      // Each in a packet of its own.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    }
    answer.end(events(1, 40))
  })
  const { heard, turns, error } = await hearAll(response)
  expect(error).toBeUndefined()
  expect(heard).toEqual(numbers(41))
  expect(turns).toBeLessThan(41)
})

test('until it has begun, events are heard as they come', async () => {
  // What is taken up later waits for a timer, and these stand still.
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const heard: string[] = []
  const response = await askVendor((answer) => {
    answer.writeHead(200, STREAM)
    const sending = setInterval(() => {
      if (heard.length < 30) answer.write(events(1, heard.length))
      else answer.end(() => clearInterval(sending))
    }, 1)
  })
  await readEvents(response, ({ data }) => {
    if (!heard.includes(data)) heard.push(data)
    return undefined
  })
  expect(heard).toEqual(numbers(30))
})

test('what came before the connection broke is heard before it is told', async () => {
  const response = await askVendor((answer) => {
    answer.writeHead(200, STREAM)
    answer.write(events(30), () => answer.destroy())
  })
  const { heard, error } = await hearAll(response)
  expect(heard).toEqual(numbers(30))
  expect(error).toMatchObject({ code: 'ECONNRESET' })
})

test('the last event ends it, whatever the sender still keeps open', async () => {
  const response = await askVendor((answer) => {
    answer.writeHead(200, STREAM).write(events(3))
  })
  const heard: string[] = []
  await readEvents(response, ({ data }) => {
    heard.push(data)
    return data === '1' ? 'last' : undefined
  })
  expect(heard).toEqual(['0', '1'])
})

test('a hearer that throws ends it', async () => {
  const response = await askVendor((answer) => {
    answer.writeHead(200, STREAM).write(events(3))
  })
  const reading = readEvents(response, () => {
    throw new Error('enough')
  })
  await expect(reading).rejects.toThrow('enough')
})

test('a page with status 200 is no stream, and why there is none can be read', async () => {
  const page = await askVendor(
    (answer) => void answer.writeHead(200, { 'content-type': 'text/html' }).write('<p>'),
  )
  expect(readEvents(page, () => undefined)).toBeUndefined()
  const refused = await askVendor(
    (answer) => void answer.writeHead(429, { 'retry-after': '3' }).end('{"error":{}}'),
  )
  expect(readEvents(refused, () => undefined)).toBeUndefined()
  expect(refused.headers.get('retry-after')).toBe('3')
  expect(await refused.json()).toEqual({ error: {} })
})

test('a connection that was closed while it was kept open is replaced', async () => {
  const asked: boolean[] = []
  const address = await startVendor((request, response) => {
    // The second request on one connection finds it closed.
    const isSecond = asked.push(true) === 2
    if (isSecond) request.socket.destroy()
    else response.writeHead(200, STREAM).end(events(1))
  })
  const ask = async () => hearAll(await eventFetch(address))
  expect((await ask()).heard).toEqual(['0'])
  expect((await ask()).heard).toEqual(['0'])
  expect(asked).toHaveLength(3)
})

test('an abort ends the request and what is read of it', async () => {
  const gone = new AbortController()
  const response = await askVendor((answer) => void answer.writeHead(200, STREAM).write(events(1)), {
    signal: gone.signal,
  })
  const reading = readEvents(response, () => {
    gone.abort()
    return undefined
  })
  await expect(reading).rejects.toThrow()
})
