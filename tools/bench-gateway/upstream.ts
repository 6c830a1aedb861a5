/** A vendor that costs as little as possible: chat completions, streamed as it was last told by `POST /pace`. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { serveOnFreePort } from './child.ts'

/** A stream of so many chunks, the first after `firstMs`, the others each after `gapMs`. */
export type Pace = { firstMs: number; gapMs: number; chunks: number }

let pace: Pace = { firstMs: 0, gapMs: 0, chunks: 1 }

const chunk = (choices: unknown[], rest: object = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'bench-1', choices, ...rest })}\n\n`
const BEGIN = chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }])
const WORD = chunk([{ index: 0, delta: { content: 'word ' }, finish_reason: null }])
const END = `${chunk([{ index: 0, delta: {}, finish_reason: 'stop' }])}${chunk([], {
  usage: { prompt_tokens: 50, completion_tokens: 5, total_tokens: 55 },
})}data: [DONE]\n\n`

const server = createServer(async (request, response) => {
  if (request.url !== '/pace') return answer(request, response)
  pace = await readPace(request)
  response.end()
})
serveOnFreePort(server)

async function readPace(request: IncomingMessage): Promise<Pace> {
  const read: unknown = await json(request)
  const numberOf = (name: string) =>
    typeof read === 'object' && read !== null ? Number(Reflect.get(read, name)) : Number.NaN
  return { firstMs: numberOf('firstMs'), gapMs: numberOf('gapMs'), chunks: numberOf('chunks') }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { firstMs, gapMs, chunks } = pace
  let sent = 0
  request.resume()
  const next = () => {
    if (response.destroyed) return
    response.write(sent === 0 ? BEGIN + WORD : WORD)
    sent += 1
    if (sent < chunks) return void setTimeout(next, gapMs)
    response.end(END)
  }
  request.on('end', () => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
    setTimeout(next, firstMs)
  })
}
