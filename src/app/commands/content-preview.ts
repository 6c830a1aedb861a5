import { outputLimit } from '#engines/llm/adapt-request.ts'
import { capabilitiesOf } from '#engines/llm/capabilities.ts'
import { countMessageTokens, TOKEN_COUNTER } from '#engines/llm/tokens.ts'
import {
  findVariation,
  formatFault,
  noVariation,
  type PromptFile,
  readContent,
  renderPrompt,
} from '#features/content/index.ts'
import { previewReply } from '#features/practice/index.ts'
import { costMicroUsd, isValidOn, type Price, readPrices } from '#features/usage/index.ts'
import { PROVIDER_KINDS } from '#platform/model-routes.ts'

const PROMPT = 'situation-reply'
const MICRO = 1_000_000
/** Where the prompt does not say how long a reply may be. */
const MAX_REPLY_TOKENS = 300

export type PreviewOptions = { says: string[]; json: boolean }

/** Prints the messages that a model would get for a variation, their size, and what the call would cost. */
export async function printPreview(
  root: string,
  name: string,
  { says, json }: PreviewOptions,
): Promise<void> {
  const { variation, difficulty, prompt } = findAuthored(root, name)
  const [first = variation.ideal_responses[0]?.text ?? '', ...others] = says
  const { messages, maxOutputTokens } = previewReply({
    variation,
    difficulty,
    render: (input) => renderPrompt(prompt, input),
    said: [first, ...others],
  })
  const tokens = await countMessageTokens(messages)
  const most = maxOutputTokens ?? MAX_REPLY_TOKENS
  const today = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length)
  const costs = readPrices(root)
    .prices.filter((price) => isValidOn(price, today))
    .flatMap((price) => costOf(price, { tokens, most }))
  if (json) {
    const preview = { messages, estimatedInputTokens: tokens, maxOutputTokens: most, costs }
    console.log(JSON.stringify(preview, null, 2))
    return
  }
  for (const { role, text } of messages) console.log(`── ${role}\n${text}\n`)
  console.log(`about ${tokens} tokens in (counted with ${TOKEN_COUNTER}), ${most} out at most`)
  for (const { price, usd } of costs) console.log(`at most ${usd.toFixed(6)} USD by ${price}`)
}

function findAuthored(root: string, name: string) {
  const content = readContent(root)
  const { prompts, faults } = content
  const own = faults.filter(({ file }) => file.includes(name) || file.includes(PROMPT)).map(formatFault)
  const whyNone = [`There is no sound variation ${name} below ${root}`, ...own].join('\n')
  const { situation, variation } = findVariation(content, name, whyNone)
  const prompt: PromptFile | undefined = prompts.find(({ value }) => value.name === PROMPT)?.value
  if (!prompt) throw noVariation(whyNone)
  return { variation, difficulty: situation.difficulty_level, prompt }
}

/** Nothing for what only listens or makes embeddings. What a model may spend on thinking is in it. */
function costOf(
  price: Price,
  { tokens, most }: { tokens: number; most: number },
): { price: string; usd: number }[] {
  if (price.microUsdPerAudioMinute !== undefined || price.microUsdPerToken.output === 0) return []
  const kind = PROVIDER_KINDS.find((known) => known === price.provider)
  const [model] = price.models
  const outputTokens = kind && model ? outputLimit(most, capabilitiesOf(kind, model)) : most
  const cost = costMicroUsd(
    {
      basis: 'estimated',
      inputTokens: tokens,
      cachedInputTokens: null,
      cacheWriteTokens: null,
      outputTokens,
      audioMs: null,
    },
    price,
  )
  return cost === null ? [] : [{ price: price.id, usd: cost / MICRO }]
}
