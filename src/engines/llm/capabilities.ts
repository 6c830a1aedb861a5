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

/** A model that nobody wrote down: what all servers of its kind can do. */
const UNLISTED: Record<VendorKind, Capabilities> = {
  openai: { ...TALKS, embeddings: true, seed: true },
  anthropic: TALKS,
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

/** The first that fits. From the vendors' own pages; a route can say what its server does otherwise. */
const KNOWN: Entry[] = [
  ['openai', /^text-embedding-/, { ...EMBEDS, contextWindow: 8_191 }],
  openai(/^gpt-4o-mini|^gpt-4o($|-\d)/, { contextWindow: 128_000, maxOutputTokens: 16_384 }),
  openai(/^gpt-4\.1/, { contextWindow: 1_047_576, maxOutputTokens: 32_768 }),
  openai(/^gpt-5/, thinks(400_000, 128_000)),
  openai(/^o[134]/, thinks(200_000, 100_000)),
  claude(/^claude-(haiku|sonnet|opus)-4-5/, { contextWindow: 200_000, maxOutputTokens: 64_000 }),
  claude(/^claude-3|^claude-(sonnet|opus)-4(-0|-2|$)/, { contextWindow: 200_000, structured: 'tool' }),
]

export function capabilitiesOf(kind: VendorKind, model: string): Capabilities {
  const known = KNOWN.find(([vendor, names]) => vendor === kind && names.test(model))
  return known?.[2] ?? UNLISTED[kind]
}
