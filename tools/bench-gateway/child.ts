import type { Server } from 'node:http'

/** Of a process of the benchmark: listens, and tells its parent where. */
export function serveOnFreePort(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address) process.send?.({ port: address.port })
  })
  process.on('disconnect', () => process.exit())
}
