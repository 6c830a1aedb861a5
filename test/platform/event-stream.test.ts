import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import express, { type Response } from 'express'
import { expect, test } from 'vitest'
import { openEventStream } from '#platform/http/event-stream.ts'
import { listen } from '#platform/http/listen.ts'

const EVENT = { id: '1', event: 'reply.delta', data: 'a'.repeat(32 * 1024) }
const MOST = 10_000

/** Sends until it may not any more; what was waiting at most, and whether that ended it. */
async function sendTo(res: Response): Promise<{ mostUnsent: number; sent: number }> {
  const stream = openEventStream(res)
  let mostUnsent = 0
  let sent = 0
  while (!stream.signal.aborted && sent < MOST) {
    stream.send(EVENT)
    sent += 1
    mostUnsent = Math.max(mostUnsent, res.writableLength)
    await turnOfLoop()
  }
  return { mostUnsent, sent }
}

test('a reader that stops reading is left behind after a megabyte, others are not (faults.md C10)', async () => {
  const app = express()
  let slow: ReturnType<typeof sendTo> | undefined
  app.get('/slow', (_req, res) => {
    slow = sendTo(res)
  })
  app.get('/', (_req, res) => void res.send('here'))
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  try {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
    socket.on('error', () => {})
    socket.pause()
    socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'connect')
    await expect.poll(() => slow).toBeDefined()

    const { mostUnsent, sent } = (await slow) ?? { mostUnsent: 0, sent: MOST }

    expect(sent).toBeLessThan(MOST)
    expect(mostUnsent).toBeLessThan(1.2 * 1024 * 1024)
    expect(await (await fetch(server.url)).text()).toBe('here')
    socket.destroy()
  } finally {
    await server.close(0)
  }
})

test('whoever has left before it was opened is not written to', async () => {
  const app = express()
  let opened: boolean | undefined
  app.get('/late', async (_req, res) => {
    await once(res, 'close')
    const stream = openEventStream(res)
    stream.send(EVENT)
    opened = !stream.signal.aborted
    stream.close()
  })
  app.get('/', (_req, res) => void res.send('here'))
  const server = await listen(app, { host: '127.0.0.1', port: 0 })
  try {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(server.url).port) })
    socket.end('GET /late HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'connect')
    socket.destroy()
    await expect.poll(() => opened).toBe(false)
    expect(await (await fetch(server.url)).text()).toBe('here')
  } finally {
    await server.close(0)
  }
})
