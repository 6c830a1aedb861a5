/**
 * How well the configured model corrects: false corrections on right sentences, and what it finds in wrong ones.
 *   npm run eval:corrections [-- --every N]
 * Asks the judge of the service, with its prompt and its filter, through the provider of the environment. It costs one
 * call a sentence (two where the answer has to be repaired).
 */
import { parseArgs } from 'node:util'
import { createRouteFor } from '#app/llm-routes.ts'
import { createGateway } from '#engines/llm/gateway.ts'
import { createAskStructured } from '#engines/llm/structured.ts'
import { type Corrections, trustCorrections } from '#features/practice/corrections.ts'
import { JudgeAnswer } from '#features/practice/judgement.ts'
import { readConfig } from '#platform/config.ts'
import { applyEdits, isMended, readRightSentences, readWrongSentences } from './correction-set.ts'
import { renderJudge } from './render-judge.ts'

const MAX_TOKENS = 900
const AT_ONCE = 4
const NOBODY = { appId: 'eval', userId: 'eval', turnId: null }
const PURPOSE = 'practice.judge'

const { values } = parseArgs({ options: { every: { type: 'string', default: '1' } } })
const { llm } = readConfig(process.env)
const routeFor = createRouteFor(llm)
if (routeFor(PURPOSE).every(({ provider }) => provider.scripted)) {
  console.error(
    'Nobody to evaluate: the scripted partner does not judge. Set MALGIL_LLM_PROVIDER or MALGIL_LLM_ROUTES.',
  )
  process.exit(2)
}
const nothing = async () => {}
const ledger = { started: nothing, finished: nothing }
const ask = createAskStructured(createGateway({ routeFor, ledger, now: () => new Date() }))

const sample = <Item>(items: Item[]) => items.filter((_, at) => at % Number(values.every) === 0)
const right = sample(readRightSentences())
const wrong = sample(readWrongSentences())

const onRight = await inParallel(right, ({ text }) => judge(text))
const onWrong = await inParallel(wrong, ({ text }) => judge(text))

const judgedRight = onRight.filter((result) => result !== undefined)
const touched = judgedRight.filter(({ kept }) => kept.length > 0)
const stopped = judgedRight.filter(({ kept, dropped }) => kept.length === 0 && dropped.length > 0)
console.log(
  `model           ${routeFor(PURPOSE)
    .map(({ provider, model }) => `${provider.name}/${model}`)
    .join(', ')}`,
)
console.log(`right sentences ${judgedRight.length} judged of ${right.length}`)
console.log(`  corrected all the same ${percent(touched.length, judgedRight.length)}`)
console.log(`  would have been, but for the filter ${percent(stopped.length, judgedRight.length)}`)
console.log(`\n${'type'.padEnd(24)} judged  mended  touched  edited words`)
const rows = wrong.map((sentence, at) => ({ sentence, result: onWrong[at] }))
for (const [type, own] of Map.groupBy(rows, ({ sentence }) => sentence.type)) {
  const judged = own.flatMap(({ sentence, result }) => (result ? [{ sentence, result }] : []))
  const mended = judged.filter(({ sentence, result }) =>
    isMended(sentence, applyEdits(sentence.text, result.kept)),
  )
  const found = judged.filter(({ result }) => result.kept.length > 0)
  const sizes = found.map(({ result }) =>
    result.kept.reduce((sum, { to }) => sum + to.split(/\s+/).length, 0),
  )
  const size = sizes.reduce((sum, each) => sum + each, 0) / Math.max(1, sizes.length)
  console.log(
    `${type.padEnd(24)} ${String(judged.length).padStart(6)} ${percent(mended.length, judged.length)} ` +
      `${percent(found.length, judged.length)} ${size.toFixed(1).padStart(8)}`,
  )
}

async function judge(said: string): Promise<Corrections | undefined> {
  const { value } = await ask(
    {
      ...renderJudge(said),
      purpose: PURPOSE,
      name: 'turn_judgement',
      schema: JudgeAnswer,
      maxOutputTokens: MAX_TOKENS,
    },
    { attribution: NOBODY },
  )
  return value
    ? trustCorrections({ said, proposed: value.corrections, accepted: [], showsStyle: false })
    : undefined
}

async function inParallel<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>) {
  const results: Result[] = []
  const waiting = [...items.entries()]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1])
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return results
}

function percent(count: number, total: number): string {
  return total === 0 ? '     –' : `${((100 * count) / total).toFixed(1).padStart(5)} %`
}
