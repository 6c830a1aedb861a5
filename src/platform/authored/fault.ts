/** One thing wrong with an authored file, and where. Lines and columns count from 1. */
export type AuthoredFault = {
  /** Relative to the content root, with forward slashes on every system. */
  file: string
  line: number
  column: number
  /** Dotted path such as `hint_levels.1.text`; empty when the file as a whole is meant. */
  key: string
  message: string
}

export type KeyPath = readonly PropertyKey[]

/** A fault that still counts in UTF-16 units from the start of its text. */
export type Problem = { path: KeyPath; offset: number; message: string }

/** More would not be read, and a hostile file could name a hundred thousand. */
const MAX_FAULTS_PER_FILE = 100

export const dottedKey = (path: KeyPath) => path.map(String).join('.')

export function faultOf(file: string, text: string, { path, offset, message }: Problem): AuthoredFault {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  const column = offset - before.lastIndexOf('\n')
  return { file, line, column, key: dottedKey(path), message }
}

/** The first of them from top to bottom, and a last one that says how many were left out. */
export function faultsOf(file: string, text: string, problems: readonly Problem[]): AuthoredFault[] {
  const fromTop = problems.toSorted((left, right) => left.offset - right.offset)
  const shown = fromTop.slice(0, MAX_FAULTS_PER_FILE).map((problem) => faultOf(file, text, problem))
  const last = shown.at(-1)
  const leftOut = fromTop.length - shown.length
  return last && leftOut > 0 ? [...shown, { ...last, key: '', message: `and ${leftOut} more faults` }] : shown
}

/** By file, then from top to bottom. */
export function compareFaults(left: AuthoredFault, right: AuthoredFault): number {
  return (
    compareText(left.file, right.file) ||
    left.line - right.line ||
    left.column - right.column ||
    compareText(left.key, right.key) ||
    compareText(left.message, right.message)
  )
}

// By code unit, so that the order is the same on every machine whatever its locale.
const compareText = (left: string, right: string) => Number(left > right) - Number(left < right)
