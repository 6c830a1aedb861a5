import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { AppError } from '#base/errors.ts'
import type { LlmMessage } from '#engines/llm/provider.ts'
import { createExport, type ExportedTest, requestsOf, type TestCase } from '#features/content/index.ts'
import type { ModelRoutes } from '#platform/model-routes.ts'
import { readTests } from './test-content.ts'

export type ExportInput = { root: string; paths: readonly string[]; models: ModelRoutes; directory: string }

const MARK = '# Written by malgil content test --export promptfoo; the next export writes it anew.'
const SCHEMA = '# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json'
const CONFIG = 'promptfooconfig.yaml'
const TALKS_CONFIG = 'multi-turn.promptfooconfig.yaml'
/** Where no model is configured; whoever evaluates puts another one there. */
const SOME_MODEL = 'openai:chat:gpt-5-mini'
/** Of these answers only what they bear out is kept. */
const READ_FIRST = ['practice.judge', 'conversation.remember']
/** The service takes the emotion off before a learner sees the reply. */
const WITHOUT_EMOTION = "output.replace(/^\\s*\\[[^\\]\\n]*\\]\\s*/, '')"

/** Writes the tests below `root` for promptfoo. Returns what there is to say about it, line by line. */
export async function exportTests({ root, paths, models, directory }: ExportInput): Promise<string[]> {
  const { tests } = readTests(root, paths)
  const { single, talks, leftOut } = await createExport(
    {
      firstMessages,
      unreadable: ({ purpose }) =>
        READ_FIRST.includes(purpose)
          ? 'malgil reads the answer before anything is asserted about it'
          : undefined,
      transform: ({ purpose }) => (purpose === 'conversation.reply' ? WITHOUT_EMOTION : undefined),
    },
    tests,
  )
  const providers = providersOf(models)
  const files = [
    ...configFiles(CONFIG, {
      prompt: 'prompts/chat.json',
      template: '{{ messages | dump }}\n',
      tests: single,
      providers,
    }),
    ...configFiles(TALKS_CONFIG, {
      prompt: 'prompts/system.txt',
      template: '{{ system }}\n',
      tests: talks,
      providers,
    }),
  ]
  for (const { name, text } of files) write(join(directory, name), text)
  return [
    ...files.map(({ name }) => `wrote ${join(directory, name)}`),
    ...[...Map.groupBy(leftOut, ({ reason }) => reason)].map(
      ([reason, all]) =>
        `left out ${all.length} (${all[0]?.testId}${all.length > 1 ? ', …' : ''}): ${reason}`,
    ),
    `${single.length} single calls in ${CONFIG}, ${talks.length} talks in ${TALKS_CONFIG}, ${leftOut.length} left out`,
  ]
}

/** With answers that are thrown away: only what is asked matters. */
async function firstMessages(test: TestCase): Promise<LlmMessage[]> {
  const [first] = await requestsOf(test)
  return first?.messages ?? []
}

type Content = { prompt: string; template: string; tests: ExportedTest[]; providers: string[] }

function configFiles(name: string, { prompt, template, tests, providers }: Content) {
  if (tests.length === 0) return []
  const config = {
    description: 'The tests of the authored content of malgil',
    prompts: [`file://${prompt}`],
    providers,
    tests,
  }
  return [
    {
      name,
      text: `${SCHEMA}\n${MARK}\n${stringify(config, { lineWidth: 0, aliasDuplicateObjects: false })}`,
    },
    { name: prompt, text: template },
  ]
}

function providersOf({ providers, routes }: ModelRoutes): string[] {
  const named = routes.default.flatMap(({ provider, model }) => {
    const kind = providers[provider]?.kind
    if (kind === 'openai') return [`openai:chat:${model}`]
    return kind === 'anthropic' ? [`anthropic:messages:${model}`] : []
  })
  return named.length > 0 ? named : [SOME_MODEL]
}

function write(path: string, text: string): void {
  const isConfig = path.endsWith(CONFIG)
  if (isConfig && existsSync(path) && !readFileSync(path, 'utf8').includes(MARK)) {
    throw new AppError(
      'conflict',
      'content.export_exists',
      `${path} is there already and no export of malgil`,
    )
  }
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
