import { bestMatch } from '#base/text-similarity.ts'
import { llmAborted, llmNoScript } from '../errors.ts'
import { learnerTextOf } from '../learner-text.ts'
import type { LlmProvider, LlmRequest } from '../provider.ts'
import { NO_USAGE } from '../usage.ts'
import { LOCAL_DIMENSIONS, localEmbedding, localModelName } from './local-embedding.ts'

const MODEL = 'scripted'

/** A few deltas a reply, so that whoever shows it as it grows is exercised without a model too. */
const WORDS_PER_DELTA = 4

/**
 * Plays the request's script: the reply to the authored line that is most like what the learner said, else the next
 * of the `otherwise` lines. The same request always gets the same reply. No model is asked and nothing is billed,
 * so its usage is zero with basis `none`.
 */
export function createScriptedProvider(): LlmProvider {
  return {
    name: 'scripted',
    scripted: true,
    async stream(request, { signal }, hear) {
      for (const text of splitIntoDeltas(chooseLine(request))) {
        if (signal.aborted) throw llmAborted(signal.reason)
        hear({ type: 'delta', text })
        // One after the other, as from a model: whoever listens has its turn between them.
        await null
      }
      return { finish: 'stop', usage: NO_USAGE, model: MODEL }
    },
    async embed({ texts, dimensions = LOCAL_DIMENSIONS }) {
      const vectors = texts.map((text) => localEmbedding(text, dimensions))
      return { vectors, usage: NO_USAGE, model: localModelName(dimensions) }
    },
  }
}

function chooseLine({ purpose, messages, script }: LlmRequest): string {
  if (!script) throw llmNoScript(purpose)
  const said = learnerTextOf(messages.findLast(({ role }) => role === 'user')?.text ?? '')
  const match = bestMatch(
    said,
    script.exchanges.map(({ says }) => says),
  )
  const place = Math.min(Math.max(script.misses, 0), script.otherwise.length - 1)
  const line = match ? script.exchanges[match.index]?.reply : script.otherwise[place]
  if (!line) throw llmNoScript(purpose)
  return line
}

/** Cut before a word; joined again they are the line, blanks and all. */
function splitIntoDeltas(line: string): string[] {
  const words = line.match(/\s*\S+\s*$|\s*\S+/g) ?? [line]
  const count = Math.ceil(words.length / WORDS_PER_DELTA)
  return Array.from({ length: count }, (_, part) =>
    words.slice(part * WORDS_PER_DELTA, (part + 1) * WORDS_PER_DELTA).join(''),
  )
}
