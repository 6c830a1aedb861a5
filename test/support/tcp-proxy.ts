import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type TcpProxy = {
  port: number
  /** Cuts what is open and refuses what comes, as a server that died. */
  fail: () => void
  /** Lets nothing through any more on what is open, and tells nobody; what comes later is served. */
  goSilent: () => void
  heal: () => void
  close: () => Promise<void>
}

/** Stands between the service and a server on loopback, so that the server can be "gone" without being stopped. */
export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let isFailing = false
  const server = createServer((client) => {
    if (isFailing) return void client.resetAndDestroy()
    const upstream = connect(target)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream).pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    fail: () => {
      isFailing = true
      cut()
    },
    goSilent: () => {
      for (const socket of sockets) {
        socket.unpipe()
        socket.pause()
      }
    },
    heal: () => {
      isFailing = false
    },
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
