import type { StructuredMeans } from './provider.ts'

/** What is known of a model. `null` where nobody looked it up: then nothing is refused for it. */
export type Capabilities = {
  /** Talks at all; what only makes embeddings does not. */
  streaming: boolean
  structured: StructuredMeans
  /** Takes instructions apart from what the user says. */
  systemRole: boolean
  maxOutputTokens: number | null
  /** Tokens of input and answer together. */
  contextWindow: number | null
  embeddings: boolean
  seed: boolean
  temperature: boolean
  /** Thinks before it speaks, and bills for that as output. */
  reasoning: boolean
}

export type VendorKind = 'openai' | 'anthropic' | 'scripted'

const TALKS: Capabilities = {
  streaming: true,
  structured: 'json_schema',
  systemRole: true,
  maxOutputTokens: null,
  contextWindow: null,
  embeddings: false,
  seed: false,
  temperature: true,
  reasoning: false,
}

const EMBEDS: Capabilities = {
  ...TALKS,
  streaming: false,
  structured: 'none',
  systemRole: false,
  temperature: false,
  embeddings: true,
}

/**
 * A model that nobody wrote down: what all servers of its kind can do. Of Anthropic's, what its newest take: they refuse
 * a temperature and think first unless they are told not to.
 */
const UNLISTED: Record<VendorKind, Capabilities> = {
  openai: { ...TALKS, embeddings: true, seed: true },
  anthropic: { ...TALKS, temperature: false, reasoning: true },
  scripted: { ...TALKS, structured: 'none', embeddings: true, temperature: false },
}

type Entry = [VendorKind, RegExp, Capabilities]

const openai = (names: RegExp, own: Partial<Capabilities>): Entry => [
  'openai',
  names,
  { ...TALKS, seed: true, ...own },
]
const claude = (names: RegExp, own: Partial<Capabilities>): Entry => [
  'anthropic',
  names,
  { ...TALKS, ...own },
]
const thinks = (contextWindow: number, maxOutputTokens: number): Partial<Capabilities> => ({
  contextWindow,
  maxOutputTokens,
  reasoning: true,
  temperature: false,
  seed: false,
})
const MILLION = { contextWindow: 1_000_000, maxOutputTokens: 128_000 }

/**
 * The first that fits; a route can say what its server does otherwise. Read in November 2026, of OpenAI from the pages
 * of the models at developers.openai.com/api/docs/models ("GPT-5 Mini", "GPT-5.6 Luna", "GPT-6 Luna") and its
 * "Deprecations", of Anthropic from platform.claude.com/docs/en/models ("Models overview", "Claude Sonnet 4.6",
 * "Claude Haiku 5.5", "Claude Sonnet 5.5 migration guide") and "Structured outputs".
 */
const KNOWN: Entry[] = [
  // Not on a page of OpenAI that could be read: others say 8,191 or 8,192.
  ['openai', /^text-embedding-/, { ...EMBEDS, contextWindow: 8_191 }],
  // Shut down on 14 January 2027.
  openai(/^gpt-4o-mini|^gpt-4o($|-\d)/, { contextWindow: 128_000, maxOutputTokens: 16_384 }),
  openai(/^gpt-4\.1/, { contextWindow: 1_047_576, maxOutputTokens: 32_768 }),
  // From second-hand tables; whether they take a temperature is not confirmed, so none is sent.
  openai(/^gpt-5(\.\d)?-chat/, thinks(128_000, 16_384)),
  // Of the two together 922,000 may be input. A temperature is taken at the effort "none", which is not asked for here.
  openai(/^gpt-[6-9]|^gpt-5\.[4-9]($|-(?!mini|nano))/, thinks(1_050_000, 128_000)),
  // GPT-5, its mini and nano shut down on 11 December 2026.
  openai(/^gpt-5/, thinks(400_000, 128_000)),
  // Only o3 is still served, until 11 December 2026.
  openai(/^o[134]/, thinks(200_000, 100_000)),
  // Sonnet 4.5 retires on 30 November 2026.
  claude(/^claude-(haiku|sonnet|opus)-4-5/, { contextWindow: 200_000, maxOutputTokens: 64_000 }),
  claude(/^claude-(sonnet|opus)-4-6/, MILLION),
  // They refuse a temperature, and think only when they are asked to.
  claude(/^claude-opus-4-[78]/, { ...MILLION, temperature: false }),
  // Think first unless they are told not to, refuse a temperature, and from 5.5 on a tool that must be called.
  claude(/^claude-(haiku|sonnet|opus|fable|mythos)-[5-9]/, {
    ...MILLION,
    temperature: false,
    reasoning: true,
  }),
  // Retired at Anthropic; others may still serve them. How much they write was not looked up.
  claude(/^claude-3|^claude-(sonnet|opus)-4(-[012]|$)/, { contextWindow: 200_000, structured: 'tool' }),
]

export function capabilitiesOf(kind: VendorKind, model: string): Capabilities {
  const known = KNOWN.find(([vendor, names]) => vendor === kind && names.test(model))
  return known?.[2] ?? UNLISTED[kind]
}
