import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import { levenshtein } from '#base/levenshtein.ts'
import { type TrustedProxies, TrustedProxiesSetting } from './http/trust-proxy.ts'
import {
  keyNamesIn,
  type ModelRoutes,
  PROVIDER_KINDS,
  type ProviderConfig,
  readModelRoutes,
} from './model-routes.ts'

/** How long an upload may be slow before it is ended. */
const RATE_WINDOW_MS = 5_000

const MIB = 1024 * 1024

/** The files of `contentDir` as they are, or the release that a label points to. */
const CONTENT_SOURCES = ['files', 'draft', 'staging', 'production'] as const

const Environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  MALGIL_OPERATOR_HOST: z.string().default('127.0.0.1'),
  MALGIL_OPERATOR_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  MALGIL_TRUST_PROXY: TrustedProxiesSetting.optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  MALGIL_DATABASE_CONNECTIONS: z.coerce.number().int().min(1).max(500).default(20),
  MALGIL_DATA_DIR: z.string().min(1).default('.malgil'),
  MALGIL_CONTENT_DIR: z.string().min(1).optional(),
  MALGIL_CONTENT: z.enum(CONTENT_SOURCES).optional(),
  NODE_ENV: z.string().optional(),
  MALGIL_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  MALGIL_MAX_UPLOAD_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(25 * MIB),
  MALGIL_UPLOAD_MIN_RATE: z.coerce.number().int().min(0).max(10_000_000).default(500),
  MALGIL_MAX_UPLOADS: z.coerce.number().int().min(1).max(100_000).default(200),
  MALGIL_MAX_UPLOADS_PER_LEARNER: z.coerce.number().int().min(1).max(100_000).default(8),
  MALGIL_UPLOAD_TIMEOUT_SECONDS: z.coerce.number().min(0.1).max(600).default(60),
  MALGIL_MAX_AUDIO_SECONDS: z.coerce.number().min(1).max(600).default(120),
  MALGIL_SPEECH_THREADS: z.coerce.number().int().min(1).max(64).optional(),
  MALGIL_TURN_WAIT_SECONDS: z.coerce.number().min(1).max(300).default(60),
  MALGIL_MAX_REPLIES: z.coerce.number().int().min(1).max(100_000).default(200),
  MALGIL_LEVEL_GOVERNOR: z.enum(['on', 'off']).default('on'),
  MALGIL_SESSION_MAX_MINUTES: z.coerce.number().min(0.1).max(1_440).default(60),
  MALGIL_SESSION_MAX_COST_USD: z.coerce.number().min(0).max(1_000).default(1),
  MALGIL_LLM_ROUTES: z.string().min(1).optional(),
  MALGIL_LLM_PROVIDER: z.enum(PROVIDER_KINDS).default('scripted'),
  MALGIL_LLM_MODEL: z.string().min(1).optional(),
  MALGIL_EMBED_MODEL: z.string().min(1).optional(),
  MALGIL_FAILURES_PER_MINUTE_ADDRESS: z.coerce.number().int().min(0).max(10_000_000).default(60),
  MALGIL_REQUESTS_PER_MINUTE_APP: z.coerce.number().int().min(0).max(10_000_000).default(600_000),
  MALGIL_REQUESTS_PER_MINUTE_USER: z.coerce.number().int().min(0).max(10_000_000).default(6_000),
  MALGIL_STREAM_GRACE_SECONDS: z.coerce.number().min(0).max(60).default(0.75),
  MALGIL_STREAMS_PER_USER: z.coerce.number().int().min(0).max(100_000).default(100),
  OPENAI_API_KEY: z.string().min(1).optional(),
  OPENAI_BASE_URL: z.url().optional(),
  MALGIL_TRANSCRIBER: z.enum(['match', 'openai']).default('match'),
  MALGIL_TRANSCRIBER_MODEL: z.string().min(1).optional(),
  MALGIL_TRANSCRIBER_API_KEY: z.string().min(1).optional(),
  MALGIL_TRANSCRIBER_BASE_URL: z.url().optional(),
  MALGIL_TRANSCRIBER_FORMAT: z.enum(['verbose_json', 'json_logprobs', 'json']).optional(),
  MALGIL_TRANSCRIBER_PASSES: z.enum(['1', '2']).default('1'),
  MALGIL_TRANSCRIBER_TIMEOUT_SECONDS: z.coerce.number().min(0.1).max(300).default(20),
  ANTHROPIC_API_KEY: z.string().min(1).optional(),
  ANTHROPIC_BASE_URL: z.url().optional(),
})

export type TranscriberConfig =
  | { provider: 'match' }
  | {
      provider: 'openai'
      apiKey: string
      baseUrl: string | undefined
      model: string
      /** How it answers; known from the model's name when absent. */
      format: 'verbose_json' | 'json_logprobs' | 'json' | undefined
      passes: 1 | 2
      timeoutMs: number
    }

export type Config = {
  http: {
    host: string
    port: number
    /** Where health, readiness and metrics are, and only there; with the rest when undefined. */
    operator: { host: string; port: number } | undefined
    /** Whose `X-Forwarded-For` is believed. */
    trustProxy: TrustedProxies
  }
  database: { engine: 'embedded' } | { engine: 'server'; url: string; maxConnections: number }
  /** Holds the embedded database, recordings and uploads on their way. */
  dataDir: string
  /** Holds `prompts/` and `personas/`. */
  contentDir: string
  /** What is served; `isExplicit` when the environment says so itself. */
  content: { source: (typeof CONTENT_SOURCES)[number]; isExplicit: boolean }
  logLevel: string
  upload: { maxBytes: number; timeoutMs: number; minBytesPerSecond: number; rateWindowMs: number }
  uploadCounts: { total: number; perLearner: number }
  /** In this process; 0 is no limit. */
  rates: { perApp: number; perUser: number; streamsPerUser: number; failuresPerAddress: number }
  /** So long may a client whose stream broke take to come back before its reply is given up. */
  streamGraceMs: number
  speech: { threads: number; maxAudioSeconds: number }
  /** How long a JSON answer waits for its turn before it says 202. */
  turnWaitMs: number
  /** How many learners may wait for a reply in this process. */
  maxReplies: number
  practice: {
    /** Replies beyond the learner's level are put more simply before they are shown. */
    governsLevel: boolean
    /** Of sessions whose variation sets no limits of its own. */
    sessionLimits: { maxMinutes: number; maxCostMicroUsd: number }
  }
  llm: ModelRoutes
  transcriber: TranscriberConfig
}

/** The one place that reads the environment. Throws `config.invalid`, which names every variable that is wrong. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const parsed = Environment.safeParse(withoutEmpty(environment))
  const faults = [...(parsed.error?.issues.map(describeIssue) ?? []), ...unknownSettings(environment)]
  if (!parsed.success || faults.length > 0) throw configInvalid(faults)
  const env = parsed.data
  return {
    http: {
      host: env.HOST,
      port: env.PORT,
      operator:
        env.MALGIL_OPERATOR_PORT === undefined
          ? undefined
          : { host: env.MALGIL_OPERATOR_HOST, port: env.MALGIL_OPERATOR_PORT },
      trustProxy: env.MALGIL_TRUST_PROXY ?? false,
    },
    database: env.DATABASE_URL
      ? { engine: 'server', url: env.DATABASE_URL, maxConnections: env.MALGIL_DATABASE_CONNECTIONS }
      : { engine: 'embedded' },
    dataDir: resolve(env.MALGIL_DATA_DIR),
    contentDir: resolve(env.MALGIL_CONTENT_DIR ?? resolve(import.meta.dirname, '../..')),
    content: {
      source: env.MALGIL_CONTENT ?? (env.NODE_ENV === 'production' ? 'production' : 'files'),
      isExplicit: env.MALGIL_CONTENT !== undefined,
    },
    logLevel: env.MALGIL_LOG_LEVEL,
    upload: {
      maxBytes: env.MALGIL_MAX_UPLOAD_BYTES,
      timeoutMs: env.MALGIL_UPLOAD_TIMEOUT_SECONDS * 1000,
      minBytesPerSecond: env.MALGIL_UPLOAD_MIN_RATE,
      rateWindowMs: RATE_WINDOW_MS,
    },
    uploadCounts: { total: env.MALGIL_MAX_UPLOADS, perLearner: env.MALGIL_MAX_UPLOADS_PER_LEARNER },
    rates: {
      perApp: env.MALGIL_REQUESTS_PER_MINUTE_APP,
      perUser: env.MALGIL_REQUESTS_PER_MINUTE_USER,
      streamsPerUser: env.MALGIL_STREAMS_PER_USER,
      failuresPerAddress: env.MALGIL_FAILURES_PER_MINUTE_ADDRESS,
    },
    streamGraceMs: env.MALGIL_STREAM_GRACE_SECONDS * 1000,
    speech: {
      threads: env.MALGIL_SPEECH_THREADS ?? availableParallelism(),
      maxAudioSeconds: env.MALGIL_MAX_AUDIO_SECONDS,
    },
    turnWaitMs: env.MALGIL_TURN_WAIT_SECONDS * 1000,
    maxReplies: env.MALGIL_MAX_REPLIES,
    practice: {
      governsLevel: env.MALGIL_LEVEL_GOVERNOR === 'on',
      sessionLimits: {
        maxMinutes: env.MALGIL_SESSION_MAX_MINUTES,
        maxCostMicroUsd: Math.round(env.MALGIL_SESSION_MAX_COST_USD * 1_000_000),
      },
    },
    llm: readLlmConfig(env, environment),
    transcriber: readTranscriberConfig(env),
  }
}

/** One provider and model from the environment, or many from a file. */
function readLlmConfig(
  env: z.output<typeof Environment>,
  environment: Record<string, string | undefined>,
): ModelRoutes {
  if (env.MALGIL_LLM_ROUTES) {
    const read = readModelRoutes(env.MALGIL_LLM_ROUTES, environment)
    if ('faults' in read) throw configInvalid(read.faults)
    return read
  }
  const kind = env.MALGIL_LLM_PROVIDER
  if (kind === 'scripted') return singleRoute(kind, { kind }, kind)
  const [keyName, apiKey, baseUrl] =
    kind === 'openai'
      ? (['OPENAI_API_KEY', env.OPENAI_API_KEY, env.OPENAI_BASE_URL] as const)
      : (['ANTHROPIC_API_KEY', env.ANTHROPIC_API_KEY, env.ANTHROPIC_BASE_URL] as const)
  const missing = [
    ...(apiKey ? [] : [`${keyName} is needed when MALGIL_LLM_PROVIDER is ${kind}`]),
    ...(env.MALGIL_LLM_MODEL ? [] : [`MALGIL_LLM_MODEL is needed when MALGIL_LLM_PROVIDER is ${kind}`]),
  ]
  if (!apiKey || !env.MALGIL_LLM_MODEL) throw configInvalid(missing)
  const single = singleRoute(kind, { kind, apiKey, baseUrl }, env.MALGIL_LLM_MODEL)
  if (!env.MALGIL_EMBED_MODEL) return single
  return {
    ...single,
    routes: { ...single.routes, embed: [{ provider: kind, model: env.MALGIL_EMBED_MODEL }] },
  }
}

const singleRoute = (name: string, provider: ProviderConfig, model: string): ModelRoutes => ({
  providers: { [name]: provider },
  routes: { default: [{ provider: name, model }] },
})

function readTranscriberConfig(env: z.output<typeof Environment>): TranscriberConfig {
  const { MALGIL_TRANSCRIBER: provider, MALGIL_TRANSCRIBER_MODEL: model } = env
  if (provider === 'match') return { provider }
  const ownUrl = env.MALGIL_TRANSCRIBER_BASE_URL
  // A key goes to the server it is for: one that is named for transcription alone never gets the general key.
  const apiKey = env.MALGIL_TRANSCRIBER_API_KEY ?? (ownUrl ? undefined : env.OPENAI_API_KEY)
  const keyNames = ownUrl ? 'MALGIL_TRANSCRIBER_API_KEY' : 'OPENAI_API_KEY or MALGIL_TRANSCRIBER_API_KEY'
  const missing = [
    ...(apiKey ? [] : [`${keyNames} is needed when MALGIL_TRANSCRIBER is ${provider}`]),
    ...(model ? [] : [`MALGIL_TRANSCRIBER_MODEL is needed when MALGIL_TRANSCRIBER is ${provider}`]),
  ]
  if (!apiKey || !model) throw configInvalid(missing)
  return {
    provider,
    apiKey,
    baseUrl: ownUrl ?? env.OPENAI_BASE_URL,
    model,
    format: env.MALGIL_TRANSCRIBER_FORMAT,
    passes: env.MALGIL_TRANSCRIBER_PASSES === '2' ? 2 : 1,
    timeoutMs: env.MALGIL_TRANSCRIBER_TIMEOUT_SECONDS * 1_000,
  }
}

/** `PORT=` in a shell or an env file means "not set". */
function withoutEmpty(environment: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
}

/** A number that is none would be called NaN, which nobody wrote. */
const describeIssue = ({ path, message }: z.core.$ZodIssue) =>
  `${path.join('.')}: ${message.replace(/: expected (number|int), received NaN$/, ': it must be a number')}`

const PREFIX = 'MALGIL_'
/** Apps that use the client keep these in the same environment. */
const SETTINGS_OF_APPS = ['MALGIL_URL', 'MALGIL_KEY']
/** As many changed letters as a slip has. */
const MAX_SLIP = 3

/** Settings of ours that nobody reads, each with the one that was probably meant. */
function unknownSettings(environment: Record<string, string | undefined>): string[] {
  const routes = environment.MALGIL_LLM_ROUTES
  const keyNames = routes ? keyNamesIn(routes) : []
  const read = [...Object.keys(Environment.shape), ...SETTINGS_OF_APPS, ...keyNames]
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !read.includes(name))
    .map((name) => {
      const meant = settingMeantBy(name)
      return `${name}: there is no such setting${meant ? `; did you mean ${meant}?` : ''}`
    })
}

function settingMeantBy(name: string): string | undefined {
  const known = Object.keys(Environment.shape)
  const unprefixed = name.slice(PREFIX.length)
  if (known.includes(unprefixed)) return unprefixed
  const [nearest] = known.toSorted((one, other) => levenshtein(one, name) - levenshtein(other, name))
  return nearest && levenshtein(nearest, name) <= MAX_SLIP ? nearest : undefined
}

const configInvalid = (faults: string[]) =>
  new AppError('invalid', 'config.invalid', `The environment is not right: ${faults.join('; ')}`)
