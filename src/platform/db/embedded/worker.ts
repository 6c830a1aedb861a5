/**
 * PGlite on a thread of its own: it computes each query synchronously, which would stop every other request of the
 * process. Speaks the PostgreSQL wire protocol over the port, so that the main thread uses the same driver for
 * both engines.
 */
import { openAsBlob } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'

/** `dataDir` is a folder or `memory://`; `dump` a file of `PGlite.dumpDataDir` to begin with. */
export type EmbeddedData = { dataDir: string; dump: string | undefined }

export type ToWorker =
  | { type: 'connect'; id: number }
  | { type: 'bytes'; id: number; bytes: Uint8Array }
  | { type: 'close' }
export type FromWorker =
  | { type: 'ready' }
  | { type: 'failed'; message: string }
  | { type: 'bytes'; id: number; bytes: Uint8Array }
  | { type: 'closed' }

const port = parentPort
if (!port) throw new Error('This file is a worker thread')
const send = (message: FromWorker) => port.postMessage(message)

const database = await open(workerData).catch((error: unknown) => {
  send({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  return undefined
})

async function open({ dataDir, dump }: EmbeddedData): Promise<PGlite> {
  const loadDataDir = dump === undefined ? undefined : await openAsBlob(dump)
  return PGlite.create({ dataDir, extensions: { vector }, ...(loadDataDir && { loadDataDir }) })
}

/** There is one session for all connections to come; what a broken one left open must not reach the next. */
async function resetSession(pglite: PGlite): Promise<void> {
  await pglite.exec('rollback')
  await pglite.exec('discard all')
}

async function answer(pglite: PGlite, message: ToWorker): Promise<void> {
  if (message.type === 'connect') return resetSession(pglite)
  if (message.type === 'bytes') {
    const bytes = await pglite.execProtocolRaw(message.bytes)
    return send({ type: 'bytes', id: message.id, bytes })
  }
  await pglite.close()
  send({ type: 'closed' })
}

if (database) {
  let queue = Promise.resolve()
  port.on('message', (message: ToWorker) => {
    queue = queue.then(() => answer(database, message))
  })
  send({ type: 'ready' })
}
