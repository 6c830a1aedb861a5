import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPOSITORY } from './repository.ts'

export type TestContent = Disposable & {
  root: string
  /** Changes a file of the copy; what is not in it fails. */
  change: (file: string, from: string, to: string) => void
  write: (file: string, text: string) => void
}

/** A copy of the repository's content without its personas. */
export function copyContent(): TestContent {
  const root = mkdtempSync(join(tmpdir(), 'malgil-content-'))
  cpSync(join(REPOSITORY, 'prompts'), join(root, 'prompts'), { recursive: true })
  mkdirSync(join(root, 'personas'))
  const write = (file: string, text: string) => writeFileSync(join(root, file), text)
  return {
    root,
    write,
    change(file, from, to) {
      const text = readFileSync(join(root, file), 'utf8')
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
      write(file, text.replace(from, to))
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** A persona with these tests, in YAML as in an authored file. */
export const personaWithTests = (tests: string) => `---
id: tester
name: Tester
description: A made-up persona.
language: en
emotions: [neutral, happy]
greeting: Hello!
scripted_lines: ["And what did you do then?"]
tests:
${tests}
---
You are a friendly tester.
`
