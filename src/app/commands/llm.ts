import type { Command } from 'commander'
import type { Capabilities } from '#engines/llm/capabilities.ts'
import { EMBED_PURPOSE } from '#engines/llm/embed.ts'
import { findPrice, type Price, readPrices } from '#features/usage/index.ts'
import { type Config, readConfig } from '#platform/config.ts'
import { LOCAL_EMBEDDINGS, settleCapabilities } from '../llm-routes.ts'

export function addLlmCommands(program: Command): void {
  program
    .command('llm')
    .description('The language models that are configured')
    .command('models')
    .option('--json', 'print them as JSON')
    .description(
      'Print the models of each purpose in the order they are asked, what each can do, and its price',
    )
    .action(({ json }: { json?: boolean }) => {
      const config = readConfig(process.env)
      const models = listModels(config, readPrices(config.contentDir).prices)
      if (json) console.log(JSON.stringify({ models }, null, 2))
      else printTable(models)
    })
}

type ListedModel = {
  purpose: string
  place: number
  provider: string
  model: string
  capabilities: Capabilities
  priceId: string | null
}

function listModels({ llm }: Config, prices: readonly Price[]): ListedModel[] {
  const on = new Date().toISOString().slice(0, 10)
  const routes = { ...llm.routes, [EMBED_PURPOSE]: llm.routes[EMBED_PURPOSE] ?? [LOCAL_EMBEDDINGS] }
  return Object.entries(routes).flatMap(([purpose, route]) =>
    route.map(({ provider, model, ...target }, at) => ({
      purpose,
      place: at + 1,
      provider,
      model,
      capabilities: settleCapabilities(llm.providers[provider]?.kind ?? 'scripted', { model, ...target }),
      priceId: findPrice(prices, { provider, names: [model], on })?.id ?? null,
    })),
  )
}

const TITLES = [
  'purpose',
  'asked',
  'provider',
  'model',
  'stream',
  'structured',
  'system role',
  'max output',
  'context',
  'embeddings',
  'seed',
  'temperature',
  'reasoning',
  'price',
]

function printTable(models: readonly ListedModel[]): void {
  const rows = models.map(({ purpose, place, provider, model, capabilities: can, priceId }) => [
    purpose,
    String(place),
    provider,
    model,
    yesNo(can.streaming),
    can.structured,
    yesNo(can.systemRole),
    countOf(can.maxOutputTokens),
    countOf(can.contextWindow),
    yesNo(can.embeddings),
    yesNo(can.seed),
    yesNo(can.temperature),
    yesNo(can.reasoning),
    priceId ?? '-',
  ])
  const widths = TITLES.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => (row[at] ?? '').length)),
  )
  for (const row of [TITLES, ...rows]) {
    console.log(
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  }
}

const yesNo = (can: boolean) => (can ? 'yes' : 'no')
/** Not looked up is not the same as without a limit. */
const countOf = (tokens: number | null) => (tokens === null ? 'unknown' : String(tokens))
