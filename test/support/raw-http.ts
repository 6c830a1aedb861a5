import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/** Sends the bytes as they are, and returns everything that comes back until the connection is closed. */
export async function sendRaw(url: string, request: string): Promise<string> {
  const socket = await openRaw(url)
  socket.write(request)
  return text(socket).catch(() => '')
}

export async function openRaw(url: string) {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** The statuses of the answers in the order they came. */
export const statusesOf = (answers: string): number[] =>
  [...answers.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status))
