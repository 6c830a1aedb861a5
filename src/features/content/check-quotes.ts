import type { AuthoredFault } from '#platform/authored/fault.ts'
import { readSourceText } from '#platform/authored/source-text.ts'
import { formatOf } from './authored-formats.ts'
import { listAuthoredFiles } from './schema-lines.ts'

/** A value that is wholly between quotes which a word processor put there: `opener: “Hello!”`. */
const SMART_VALUE =
  /^(?<before>\s*(?:- +)?(?:(?<key>[\w-]+): +)?)(?:“[^”]*”|‘[^’]*’|„[^“”]*[“”]|«[^»]*»)\s*$/u
const FRONT_MATTER = /^---\n([\s\S]*?\n)---\n/

/** Such quotes are part of the text for YAML, and would be shown to learners. Inside a text they are as good as any. */
export function noteSmartQuotes(root: string): AuthoredFault[] {
  return ['prompts', 'personas']
    .flatMap((folder) => listAuthoredFiles(root, folder))
    .filter((file) => formatOf(file))
    .flatMap((file) => notesOf(file, readSourceText(root, file).text))
}

function notesOf(file: string, text: string): AuthoredFault[] {
  const isMarkdown = file.endsWith('.md')
  const yaml = isMarkdown ? (FRONT_MATTER.exec(text)?.[1] ?? '') : text
  return yaml.split('\n').flatMap((line, index) => {
    const { before = '', key = '' } = SMART_VALUE.exec(line)?.groups ?? {}
    if (!SMART_VALUE.test(line)) return []
    const message = 'begins and ends with quotes that are part of the text: YAML knows only " and \''
    return [{ file, line: index + (isMarkdown ? 2 : 1), column: before.length + 1, key, message }]
  })
}
