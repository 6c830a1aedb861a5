import { z } from 'zod'
import type { PromptFile } from './prompt-file.ts'
import { compilePrompt } from './render-prompt.ts'
import { StoredPrompt } from './stored-content.ts'

const ROLE = /\{\{\s*role\s/

const OlderConfig = z.object({ max_output_tokens: z.int().optional() })

/** Reads a kept version of a prompt, of today's kind or older: sessions play the version they began with to the end. */
export const RunnablePrompt = StoredPrompt.transform((stored) => ({
  model: stored.model,
  render: compilePrompt(ROLE.test(stored.body) ? stored : withRoles(stored)),
}))

/** Before prompts had roles all of a prompt went to the system, and the code put the talk behind it. */
function withRoles(stored: PromptFile): PromptFile {
  const { max_output_tokens: maxOutputTokens } = OlderConfig.parse(stored.config)
  const isJudge = stored.name === 'turn-judge'
  const end = isJudge ? '{{role "user"}}\n{{json utterance}}' : '{{history}}'
  const input = isJudge
    ? {
        schema: { ...stored.input.schema, utterance: 'any' },
        default: { partner_line: '(see the user message)' },
      }
    : stored.input
  return {
    ...stored,
    config: { maxOutputTokens },
    input,
    body: `{{role "system"}}\n${stored.body}\n${end}`,
  }
}
