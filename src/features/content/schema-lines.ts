import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import type { AuthoredFault } from '#platform/authored/fault.ts'
import { listFolder } from '#platform/authored/list-folder.ts'
import { formatOf, schemaFileOf } from './authored-formats.ts'

/** More than any path to a schema needs. */
const READ_BYTES = 512
const MARK = '# yaml-language-server:'
const SCHEMA_LINE = /^(# yaml-language-server: *\$schema=)(\S*)$/

type Findings = { faults: AuthoredFault[]; notes: AuthoredFault[] }

/**
 * The first line of an authored file tells editors' tools which schema it has: `# yaml-language-server: $schema=…`. A file
 * without it is as good as any, so that is noted; one that names the schema of something else has its right keys marked
 * as wrong, and that is a fault.
 */
export function checkSchemaLines(root: string): Findings {
  const findings: Findings = { faults: [], notes: [] }
  for (const file of listAuthoredFiles(root)) {
    const format = formatOf(file)
    const lines = format && firstLines(join(root, file))
    if (lines) checkFile({ root, file, lines, schema: schemaFileOf(format) }, findings)
  }
  return findings
}

type Checked = { root: string; file: string; lines: string[]; schema: string }

function checkFile({ root, file, lines, schema }: Checked, { faults, notes }: Findings): void {
  const at = file.endsWith('.md') ? 1 : 0
  const text = lines[at] ?? ''
  const fault = (message: string, column = 1) => ({ file, line: at + 1, column, key: '', message })
  const expected = `${MARK} $schema=${posix.relative(posix.dirname(file), schema)}`
  const [, before = '', path] = SCHEMA_LINE.exec(text) ?? []
  if (path === undefined) {
    const message = text.startsWith(MARK) ? 'names no schema' : 'has no line for editors'
    notes.push(fault(`${message}: begin with '${expected}'`))
  } else if (posix.basename(path) !== posix.basename(schema)) {
    faults.push(fault(`names the schema of something else: it is '${expected}'`, before.length + 1))
  } else if (path.startsWith('.') && !existsSync(join(root, dirname(file), path))) {
    notes.push(fault(`names a schema that is not there: ${path}`, before.length + 1))
  }
}

/** Every file in the folders of authors, with its path from the root. */
export const listAuthoredFiles = (root: string): string[] =>
  ['prompts', 'personas'].flatMap((folder) => listFiles(root, folder))

function listFiles(root: string, folder: string): string[] {
  return (listFolder(root, folder) ?? []).flatMap(({ name, isFolder }) =>
    isFolder ? listFiles(root, `${folder}/${name}`) : [`${folder}/${name}`],
  )
}

/** Nothing for what cannot be read: whoever needs the whole of it says so. */
function firstLines(path: string): string[] | undefined {
  // A pipe would hang the read.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined
  const buffer = Buffer.alloc(READ_BYTES)
  try {
    const file = openSync(path, 'r')
    const bytes = readSync(file, buffer, 0, READ_BYTES, 0)
    closeSync(file)
    return buffer
      .toString('utf8', 0, bytes)
      .replace(/^\u{FEFF}/u, '')
      .split(/\r?\n/)
  } catch {
    return undefined
  }
}
