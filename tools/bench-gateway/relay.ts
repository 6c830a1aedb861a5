/** The floor: a relay that pipes a request to the address in its first argument, and the answer back. */
import { Agent, request as ask, createServer } from 'node:http'
import { serveOnFreePort } from './child.ts'

const target = new URL(process.argv[2] ?? '')
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })

const server = createServer((request, response) => {
  const { method, headers, url = '/' } = request
  const upstream = ask(new URL(url, target), { method, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  upstream.on('error', () => response.destroy())
  response.on('close', () => upstream.destroy())
  request.pipe(upstream)
})
serveOnFreePort(server)
