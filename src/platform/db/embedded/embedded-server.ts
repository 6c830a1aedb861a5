import { Duplex } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { AppError } from '#base/errors.ts'
import type { EmbeddedData, FromWorker, ToWorker } from './worker.ts'

export type EmbeddedServer = {
  /** A new connection for the `stream` option of `pg`. One at a time: the engine has one session. */
  connect: () => Duplex
  close: () => Promise<void>
}

const CLOSE_TIMEOUT_MS = 10_000

/** Starts PGlite in a worker thread. Seconds for a new folder, 0.3 s for one that was closed. */
export async function startEmbeddedServer(data: EmbeddedData): Promise<EmbeddedServer> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: data })
  await started(worker)
  let connections = 0
  return {
    connect: () => new EmbeddedConnection(worker, ++connections) as Duplex,
    close: async () => {
      const closed = reported(worker, 'closed')
      worker.postMessage({ type: 'close' } satisfies ToWorker)
      await Promise.race([closed, timeout(CLOSE_TIMEOUT_MS)])
      await worker.terminate()
    },
  }
}

function started(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => reject(embeddedDatabaseFailed(cause))
    worker.once('error', fail)
    worker.once('message', (message: FromWorker) => {
      worker.off('error', fail)
      if (message.type === 'failed') fail(new Error(message.message))
      else resolve()
    })
  })
}

function reported(worker: Worker, type: FromWorker['type']): Promise<void> {
  return new Promise((resolve) => {
    worker.on('message', (message: FromWorker) => {
      if (message.type === type) resolve()
    })
    worker.once('exit', () => resolve())
  })
}

const timeout = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())

const embeddedDatabaseFailed = (cause: unknown) =>
  new AppError('unavailable', 'database.embedded_failed', 'The embedded database could not be opened', {
    cause,
  })

/** Looks to `pg` like the socket of a PostgreSQL server. */
class EmbeddedConnection extends Duplex {
  readonly #worker: Worker
  readonly #id: number
  readonly #onMessage = (message: FromWorker) => {
    if (message.type === 'bytes' && message.id === this.#id) this.push(Buffer.from(message.bytes))
  }
  readonly #onExit = () => this.destroy(new Error('The embedded database has stopped'))

  constructor(worker: Worker, id: number) {
    super()
    this.#worker = worker
    this.#id = id
    worker.setMaxListeners(0)
    worker.on('message', this.#onMessage)
    worker.once('exit', this.#onExit)
  }

  connect(): this {
    this.#send({ type: 'connect', id: this.#id })
    process.nextTick(() => this.emit('connect'))
    return this
  }

  setNoDelay = () => this
  setKeepAlive = () => this
  ref = () => this
  unref = () => this

  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    this.#send({ type: 'bytes', id: this.#id, bytes: chunk })
    done()
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: () => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done)
  }

  override _final(done: () => void): void {
    this.push(null)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#worker.off('message', this.#onMessage)
    this.#worker.off('exit', this.#onExit)
    done(error)
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message)
  }
}
