/**
 * `npm run schemas` writes the JSON Schema of each authored format to schemas/, for editors' tools.
 * With `--check` it only compares, and fails when a committed file differs.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { CONTENT_SCHEMAS, schemaFileOf } from '#features/content/index.ts'
import { PricesFile } from '#features/usage/index.ts'

const TITLES: Record<string, string> = {
  situation: 'prompts/situations/<situation>/situation.yaml',
  variation: 'prompts/situations/<situation>/<variation>.yaml',
  persona: 'Front matter of personas/<id>.persona.md',
  prompt: 'Front matter of prompts/<name>.prompt.md',
  partial: 'Front matter of prompts/_<name>.prompt.md',
  location: 'prompts/locations/<name>.yaml',
  'cultural-context': 'prompts/cultural-contexts/<name>.yaml',
  'speech-feedback': 'prompts/speech-feedback/<language>.yaml',
  'learner-facts': 'prompts/learner-facts/sensitive.yaml',
  'simulated-learner': 'prompts/simulated-learners/<name>.yaml',
  prices: 'prompts/prices/models.yaml',
}

const isCheck = process.argv.includes('--check')
const different = Object.entries({ ...CONTENT_SCHEMAS, prices: PricesFile }).filter(([name, schema]) => {
  const file = new URL(`../${schemaFileOf(name)}`, import.meta.url)
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  const text = `${JSON.stringify({ $schema, title: TITLES[name], ...rest }, null, 2)}\n`
  if (!isCheck) writeFileSync(file, text)
  return isCheck && read(file) !== text
})
for (const [name] of different) {
  console.error(`${schemaFileOf(name)} is not what the code checks: run \`npm run schemas\``)
  process.exitCode = 1
}

function read(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
