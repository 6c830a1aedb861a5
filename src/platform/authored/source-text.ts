import { hash } from 'node:crypto'
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { controlCharacterIn } from './text-faults.ts'

/** A situation with a hundred responses is 30 kB; beyond this somebody has put the wrong file here. */
const MAX_FILE_BYTES = 256 * 1024
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** `text` is sound when there is no `problem`; otherwise it is what the problem's `offset` counts in. */
export type SourceText = {
  text: string
  contentHash: string
  problem?: { offset: number; message: string }
}

/**
 * The text of one file below `root`, with `\n` line ends whatever the file has and without a byte order mark. The hash is of that text in
 * UTF-8, so that a checkout with other line ends is the same version.
 */
export function readSourceText(root: string, relativePath: string): SourceText {
  const read = readBytes(root, relativePath)
  if (typeof read === 'string') return refused('', 0, read)

  const decoded = decode(read)
  if (decoded === undefined) {
    const sound = soundPart(read)
    return refused(sound, sound.length, 'is not valid UTF-8 from here on')
  }

  const text = decoded.replace(/\r\n?/g, '\n')
  const control = controlCharacterIn(text)
  if (control) return refused(text, control.offset, control.message)
  return { text, contentHash: hash('sha256', text) }
}

/** The bytes, or why there are none. */
function readBytes(root: string, relativePath: string): Buffer | string {
  try {
    const path = realpathSync.native(join(root, relativePath))
    if (!path.startsWith(realpathSync.native(root) + sep))
      return 'lies outside the content folder: links must stay inside'
    const stats = statSync(path)
    // A pipe or a device would hang the read.
    if (!stats.isFile()) return 'is not a regular file'
    if (stats.size > MAX_FILE_BYTES) return `is ${stats.size} bytes long; at most ${MAX_FILE_BYTES} are read`
    return readFileSync(path)
  } catch (error) {
    return `cannot be read (${reasonOf(error)})`
  }
}

const reasonOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : 'reason unknown'

function decode(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

/** What precedes the first byte that is no UTF-8. */
function soundPart(bytes: Uint8Array): string {
  const [sound = ''] = new TextDecoder().decode(bytes).replace(/\r\n?/g, '\n').split('\u{FFFD}', 1)
  return sound
}

const refused = (text: string, offset: number, message: string): SourceText => ({
  text,
  contentHash: '',
  problem: { offset, message },
})
