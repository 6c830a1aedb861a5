/**
 * What the service adds to a model's stream, beside floors that are measured in the same run.
 *   npm run bench:gateway [-- --rounds N] [--json]
 *   npm run bench:gateway -- --overload [--seconds N]    three times the capacity alone, on both databases
 * A mock vendor, a raw relay, bare Express with one insert, and the service are processes of their own on loopback.
 * Needs PostgreSQL: DATABASE_URL, or the server that `npm run test:postgres` builds.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createDatabase, type Database } from './database.ts'
import { type Figure, isMet, printFigures } from './figures.ts'
import { measureIngest } from './measure-ingest.ts'
import { measureMemory } from './measure-memory.ts'
import { measureOverload, PLACES } from './measure-overload.ts'
import { measureStreams } from './measure-streams.ts'
import { measureTurns } from './measure-turns.ts'
import { type Running, startPart } from './processes.ts'
import { createKey, publishContent, type Surroundings, startProduct } from './product.ts'
import { warmUp } from './warm-up.ts'

const { values } = parseArgs({
  options: {
    overload: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
/** More than can be open at three times the capacity. */
const CONVERSATIONS = 600
const dataDir = await mkdtemp(join(tmpdir(), 'malgil-bench-'))
const databases: Database[] = []
const parts: Running[] = []
const started = async <T extends Running>(starting: Promise<T>): Promise<T> => {
  const part = await starting
  parts.push(part)
  return part
}

try {
  const figures = values.overload ? await measureBothEngines() : await measure()
  if (values.json) console.log(JSON.stringify(figures.map((figure) => ({ ...figure, ok: isMet(figure) }))))
  else printFigures(figures)
} finally {
  for (const part of parts) await part.stop()
  for (const database of databases) await database.drop()
  await rm(dataDir, { recursive: true, force: true })
}

async function measure(): Promise<Figure[]> {
  const upstream = await started(startPart('upstream.ts'))
  const relay = await started(startPart('relay.ts', [upstream.url]))
  const surroundings = await createSurroundings(upstream)
  const roomy = await started(startProduct(surroundings, { MALGIL_MAX_REPLIES: '600' }))
  const figures = await measureStreams({ upstream, relay, product: roomy }, rounds)
  figures.push(await measureTurns(upstream, roomy))
  figures.push(...(await measureMemory(upstream, roomy)))
  await roomy.stop()

  // What the first one had not finished would be taken up by the next.
  const fresh = await createSurroundings(upstream)
  const floor = await started(startPart('insert-floor.ts', [fresh.databaseUrl ?? '']))
  const tight = await started(startProduct(fresh, { MALGIL_MAX_REPLIES: String(PLACES) }))
  await warmUp(upstream, tight)
  const conversations = await tight.givenConversations(5 * PLACES)
  figures.push(...(await measureOverload({ upstream, product: tight, conversations, seconds })))
  figures.push(...(await measureIngest({ upstream, floor, product: tight }, { rounds, places: PLACES })))
  return figures
}

/** With the places that a service has when nobody sets any. */
async function measureBothEngines(): Promise<Figure[]> {
  const figures: Figure[] = []
  const upstream = await started(startPart('upstream.ts'))
  const embeddedDir = join(dataDir, 'embedded')
  const embedded = async (): Promise<Surroundings> => {
    const key = await createKey({ engine: 'embedded', dataDir: embeddedDir })
    return { databaseUrl: undefined, upstreamUrl: upstream.url, dataDir: embeddedDir, key }
  }
  for (const [engine, create] of [
    ['PostgreSQL', () => createSurroundings(upstream)],
    ['embedded', embedded],
  ] as const) {
    const product = await started(startProduct(await create(), {}))
    await warmUp(upstream, product)
    const conversations = await product.givenConversations(CONVERSATIONS)
    const measured = await measureOverload({ upstream, product, conversations, seconds })
    figures.push(...measured.map((figure) => ({ ...figure, name: `${engine}: ${figure.name}` })))
    await product.stop()
  }
  return figures
}

/** A database of its own, with an app and the content it plays. */
async function createSurroundings(upstream: Running): Promise<Surroundings> {
  const database = await createDatabase()
  databases.push(database)
  const key = await createKey({ engine: 'server', url: database.url, maxConnections: 2 })
  await publishContent(database.url)
  return { databaseUrl: database.url, upstreamUrl: upstream.url, dataDir, key }
}
