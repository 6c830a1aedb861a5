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
const SOME_MODEL = 'openai:chat:gpt-6-luna'
/** Of these answers only what they bear out is kept. */
const READ_FIRST = ['practice.judge', 'conversation.remember']
const TALKS_MARK = `# Promptfoo's simulated user is played on promptfoo's servers: instructions and talk are sent there.`
/** The service takes the emotion off before a learner sees the reply. */
const EMOTION = '\\s*\\[[^\\]\\n]*\\]\\s*'
const WITHOUT_EMOTION = `output.replace(/^${EMOTION}/, '')`
/** Promptfoo's way to write a talk down, as ours. */
const talkAsOurs = (before: string) =>
  `output.replace(/\\n---\\n/g, '\\n').replace(/^Assistant: ${before}/gm, 'Partner: ').replace(/^User: /gm, 'Learner: ')`

/** Writes the tests below `root` for promptfoo. Returns what there is to say about it, line by line. */
export async function exportTests({ root, paths, models, directory }: ExportInput): Promise<string[]> {
  const { tests } = readTests(root, paths)
  const { single, talks, leftOut, leftOutAssertions } = await createExport(
    {
      firstMessages,
      unreadable: ({ purpose }) =>
        READ_FIRST.includes(purpose)
          ? 'malgil reads the answer before anything is asserted about it'
          : undefined,
      transform: ({ purpose, isTalk }) => {
        const hasEmotion = purpose === 'conversation.reply'
        if (isTalk) return talkAsOurs(hasEmotion ? `(?:${EMOTION})?` : '')
        return hasEmotion ? WITHOUT_EMOTION : undefined
      },
    },
    tests,
  )
  const providers = providersOf(models)
  const files = [
    ...configFiles(CONFIG, {
      mark: MARK,
      prompt: 'prompts/chat.json',
      template: '{{ messages | dump }}\n',
      tests: single,
      providers,
    }),
    ...configFiles(TALKS_CONFIG, {
      mark: `${MARK}\n${TALKS_MARK}`,
      prompt: 'prompts/system.txt',
      template: '{{ system }}\n',
      tests: talks,
      providers,
    }),
  ]
  for (const { name, text } of files) write(join(directory, name), text)
  return [
    ...files.map(({ name }) => `wrote ${join(directory, name)}`),
    ...(talks.length > 0 ? [TALKS_MARK.replace('# ', '')] : []),
    ...[...Map.groupBy(leftOut, ({ reason }) => reason)].map(
      ([reason, all]) =>
        `left out ${all.length} (${all[0]?.testId}${all.length > 1 ? ', …' : ''}): ${reason}`,
    ),
    `left out ${leftOutAssertions} assertions of the others, which promptfoo cannot make`,
    `${single.length} single calls in ${CONFIG}, ${talks.length} talks in ${TALKS_CONFIG}, ${leftOut.length} left out`,
  ]
}

/** With answers that are thrown away: only what is asked matters. */
async function firstMessages(test: TestCase): Promise<LlmMessage[]> {
  const [first] = await requestsOf(test)
  return first?.messages ?? []
}

type Provider = string | { id: string; config: { apiBaseUrl: string } }
type Content = {
  mark: string
  prompt: string
  template: string
  tests: ExportedTest[]
  providers: Provider[]
}

function configFiles(name: string, { mark, prompt, template, tests, providers }: Content) {
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
      text: `${SCHEMA}\n${mark}\n${stringify(config, { lineWidth: 0, aliasDuplicateObjects: false })}`,
    },
    { name: prompt, text: template },
  ]
}

/** Keys stay in the environment: promptfoo looks for `OPENAI_API_KEY` and `ANTHROPIC_API_KEY` there. */
function providersOf({ providers, routes }: ModelRoutes): Provider[] {
  const named = routes.default.flatMap(({ provider, model }): Provider[] => {
    const found = providers[provider]
    if (!found || found.kind === 'scripted') return []
    const id = `${found.kind === 'openai' ? 'openai:chat' : 'anthropic:messages'}:${model}`
    return [found.baseUrl ? { id, config: { apiBaseUrl: found.baseUrl } } : id]
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
