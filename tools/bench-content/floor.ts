/** What nobody can do without: reads every authored file below the folder, and parses its YAML by the package that is named. */
import { readFileSync } from 'node:fs'
import { listFiles } from './make-content.ts'

const PARSERS: Record<string, () => Promise<(text: string) => unknown>> = {
  'js-yaml': async () => (await import('js-yaml')).load,
  yaml: async () => (await import('yaml')).parse,
}

const [root = '.', name = 'js-yaml'] = process.argv.slice(2)
const parse = await PARSERS[name]?.()
if (!parse) throw new Error(`No parser ${name}: say ${Object.keys(PARSERS).join(' or ')}`)
for (const path of listFiles(root)) {
  const text = readFileSync(path, 'utf8')
  const [, frontMatter] = /^---\n([\s\S]*?)^---$/m.exec(text) ?? []
  if (!path.endsWith('README.md')) parse(frontMatter ?? text)
}
