import type { AuthoredFault } from '#platform/authored/fault.ts'
import { splitFrontMatter } from '#platform/authored/front-matter.ts'
import { readSourceText } from '#platform/authored/source-text.ts'
import { formatOf } from './authored-formats.ts'
import { listAuthoredFiles } from './schema-lines.ts'

/** A value that is wholly between quotes which a word processor put there: `opener: “Hello!”`. */
const SMART_VALUE =
  /^(?<before>\s*(?:- +)?(?:(?<key>[\w-]+): +)?)(?:“[^”]*”|‘[^’]*’|„[^“”]*[“”]|«[^»]*»)\s*$/u

/** Such quotes are part of the text for YAML, and would be shown to learners. Quotes inside a text are no fault. */
export function noteSmartQuotes(root: string): AuthoredFault[] {
  return listAuthoredFiles(root)
    .filter((file) => formatOf(file))
    .flatMap((file) => notesOf(file, readSourceText(root, file).text))
}

function notesOf(file: string, text: string): AuthoredFault[] {
  return yamlIn(file, text)
    .split('\n')
    .flatMap((line, index) => {
      const match = SMART_VALUE.exec(line)
      if (!match) return []
      const { before = '', key = '' } = match.groups ?? {}
      const message = 'begins and ends with quotes that are part of the text: YAML knows only " and \''
      return [{ file, line: index + 1, column: before.length + 1, key, message }]
    })
}

/** From the first line of the file on. */
function yamlIn(file: string, text: string): string {
  if (!file.endsWith('.md')) return text
  const parts = splitFrontMatter(text)
  return typeof parts === 'string' ? '' : text.slice(0, parts.yaml.end)
}
