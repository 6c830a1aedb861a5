/** What nobody can do without: reads every authored file below the folder, and parses its YAML. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { listFiles } from './make-content.ts'

const [root = '.'] = process.argv.slice(2)
for (const path of listFiles(root)) {
  const text = readFileSync(path, 'utf8')
  const [, frontMatter] = /^---\n([\s\S]*?)^---$/m.exec(text) ?? []
  if (!path.endsWith('README.md')) parse(frontMatter ?? text)
}
