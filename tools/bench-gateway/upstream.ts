/**
 * A vendor that costs as little as possible: chat completions, streamed as it was last told by `POST /pace`. Who asks for a
 * format gets a judgement of a turn that finds nothing.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json, text } from 'node:stream/consumers'
import type { JudgeAnswer } from '#features/practice/judgement.ts'
import { serveOnFreePort } from './child.ts'

/** A stream of so many chunks, the first after `firstMs`, the others each after `gapMs`. */
export type Pace = { firstMs: number; gapMs: number; chunks: number }

let pace: Pace = { firstMs: 0, gapMs: 0, chunks: 1 }

const chunk = (choices: unknown[], rest: object = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'bench-1', choices, ...rest })}\n\n`
const BEGIN = chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }])
const piece = (content: string) => chunk([{ index: 0, delta: { content }, finish_reason: null }])
const WORD = piece('word ')
const END = `${chunk([{ index: 0, delta: {}, finish_reason: 'stop' }])}${chunk([], {
  usage: { prompt_tokens: 50, completion_tokens: 5, total_tokens: 55 },
})}data: [DONE]\n\n`

const JUDGEMENT: JudgeAnswer = {
  goals_met: [],
  appropriateness: 80,
  grammar: 80,
  vocabulary: 80,
  corrections: [],
  learner: 'answering',
  is_over: false,
  safety: { verdict: 'safe', category: null, evidence: null },
}
const JUDGED = `${BEGIN}${piece(JSON.stringify(JUDGEMENT))}${END}`
const HEAD = { 'Content-Type': 'text/event-stream; charset=utf-8' }

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

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { firstMs, gapMs, chunks } = pace
  if ((await text(request)).includes('"json_schema"')) {
    setTimeout(() => response.writeHead(200, HEAD).end(JUDGED), firstMs)
    return
  }
  let sent = 0
  const next = () => {
    if (response.destroyed) return
    response.write(sent === 0 ? BEGIN + WORD : WORD)
    sent += 1
    if (sent < chunks) return void setTimeout(next, gapMs)
    response.end(END)
  }
  response.writeHead(200, HEAD)
  setTimeout(next, firstMs)
}
