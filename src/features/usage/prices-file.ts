import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { AuthoredFault } from '#platform/authored/fault.ts'
import { loadAuthoredYaml } from '#platform/authored/load-authored.ts'
import type { Price } from './price.ts'

/** Below the content folder; without it no call has a price. */
export const PRICES_FILE = 'prompts/prices/models.yaml'

const MICRO = 1_000_000
const Dollars = z.number().min(0).max(10_000)

const PriceEntry = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, 'must be small letters, digits, "-" and "."')
    .describe('Name of the price, once in the file'),
  provider: z.string().min(1).max(40).describe('The name under which calls are booked'),
  models: z
    .array(z.string().min(1).max(200))
    .min(1)
    .describe('The models that it is for, as their vendor reports them'),
  valid_from: z.iso.date().describe('The first day, as YYYY-MM-DD'),
  valid_until: z.iso.date().optional().describe('The last day'),
  usd_per_million_tokens: z
    .strictObject({
      input: Dollars,
      cached_input: Dollars.optional().describe('As input where absent'),
      cache_write: Dollars.optional().describe('As input where absent'),
      output: Dollars,
    })
    .describe('What a million tokens cost'),
  usd_per_audio_minute: Dollars.optional().describe(
    'What a minute of audio costs, where calls are billed by length',
  ),
  source: z.string().min(1).max(500).describe('Where you read it, and when'),
})

/** What `PRICES_FILE` holds. */
export const PricesFile = z.strictObject({
  prices: z.array(PriceEntry).describe('What calls cost; one price a model and day'),
})

/** All prices below `root`, the content folder, and everything that is wrong with them. */
export function readPrices(root: string): { prices: Price[]; faults: AuthoredFault[] } {
  if (!existsSync(join(root, PRICES_FILE))) return { prices: [], faults: [] }
  const loaded = loadAuthoredYaml(PricesFile, root, PRICES_FILE)
  if (!loaded.ok) return { prices: [], faults: loaded.faults }
  const { prices: entries } = loaded.value
  const faults = entries.flatMap((entry, at) => {
    const twin = entries.slice(0, at).find((earlier) => earlier.id === entry.id)
    const rival = entries.slice(0, at).find((earlier) => overlap(earlier, entry))
    return [
      ...(twin ? [loaded.faultAt(['prices', at, 'id'], `'${entry.id}' is given twice`)] : []),
      ...(rival ? [loaded.faultAt(['prices', at], `is valid at the same time as '${rival.id}'`)] : []),
    ]
  })
  return { prices: entries.map(toPrice), faults }
}

type Entry = z.output<typeof PriceEntry>

/** Of two prices for one model on one day nobody could tell which holds. */
function overlap(one: Entry, other: Entry): boolean {
  const sharesModel = one.models.some((model) => other.models.includes(model))
  const isBefore = (left: Entry, right: Entry) =>
    left.valid_until !== undefined && left.valid_until < right.valid_from
  return one.provider === other.provider && sharesModel && !isBefore(one, other) && !isBefore(other, one)
}

function toPrice(entry: Entry): Price {
  const { input, output, cached_input = input, cache_write = input } = entry.usd_per_million_tokens
  return {
    id: entry.id,
    provider: entry.provider,
    models: entry.models,
    validFrom: entry.valid_from,
    validUntil: entry.valid_until,
    microUsdPerToken: { input, cachedInput: cached_input, cacheWrite: cache_write, output },
    microUsdPerAudioMinute:
      entry.usd_per_audio_minute === undefined ? undefined : entry.usd_per_audio_minute * MICRO,
  }
}
