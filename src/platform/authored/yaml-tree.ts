import type { Composer, Node, YAMLError } from 'yaml'
import { dottedKey, type KeyPath, type Problem } from './fault.ts'
import { yamlPackage } from './yaml-package.ts'
import { type Place, toPlainTree } from './yaml-value.ts'

/**
 * Open collections at one point. Authored files need about ten. The composer recurses, and input nested some
 * hundred thousand deep aborts the whole process inside the regular expression engine.
 */
const MAX_OPEN_COLLECTIONS = 100

export type YamlTree = {
  value: unknown
  /** Not YAML, or YAML that authored files do without. */
  problems: Problem[]
  /** Whether `value` is what the author meant, so that checking it further makes sense. */
  isReadable: boolean
  /** Where the value at `path` starts; for what is missing, where its nearest parent does. */
  offsetOfValue: (path: KeyPath) => number
  offsetOfKey: (path: KeyPath) => number
}

type Token = Parameters<Composer['next']>[0]

export function parseYamlTree(text: string): YamlTree {
  const { tokens, problems: tokenProblems } = readTokens(text)
  const { root, problems: syntaxProblems } = compose(tokens, text.length)
  const { value, problems, places } = toPlainTree(root)
  const brokenBy = withoutConsequences([...tokenProblems, ...syntaxProblems]).map((problem) =>
    withKey(problem, places),
  )
  const placeAt = createLookup(places)
  return {
    value,
    problems: brokenBy.length > 0 ? brokenBy : problems,
    isReadable: brokenBy.length === 0,
    offsetOfValue: (path) => placeAt(path).value,
    offsetOfKey: (path) => placeAt(path).key,
  }
}

function readTokens(text: string): { tokens: Token[]; problems: Problem[] } {
  const { Lexer, Parser } = yamlPackage()
  const parser = new Parser()
  const tokens: Token[] = []
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > MAX_OPEN_COLLECTIONS) {
      return { tokens: [], problems: [{ path: [], offset: parser.offset, message: 'is nested too deeply' }] }
    }
  }
  for (const token of parser.end()) tokens.push(token)
  const directive = tokens.find(({ type }) => type === 'directive')
  const offset = directive && 'offset' in directive ? directive.offset : 0
  // %YAML 1.1 would turn `no` into false.
  const problems = directive ? [{ path: [], offset, message: 'has a % directive: leave it out' }] : []
  return { tokens, problems }
}

function compose(tokens: Token[], length: number): { root: Node | null; problems: Problem[] } {
  const { Composer } = yamlPackage()
  // `uniqueKeys` compares each key with each; duplicates are found in toPlainTree, in linear time.
  const composer = new Composer({
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const [document, second] = composer.compose(tokens, true, length)
  const problems = (document?.errors ?? []).map(toProblem)
  if (second) {
    problems.push({ path: [], offset: second.range[0], message: 'has a second document: leave out the ---' })
  }
  return { root: document?.contents ?? null, problems }
}

const TAB = 'has a tab as indentation: use spaces'

const MESSAGES: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: TAB,
  BLOCK_AS_IMPLICIT_KEY: 'has a colon and a blank inside plain text: put it in quotes',
}

const toProblem = ({ pos, code, message }: YAMLError): Problem => ({
  path: [],
  offset: pos[0],
  message: MESSAGES[code] ?? `is not valid YAML: ${message}`,
})

/** The parser loses its way at a tab: what it says after that is no news. */
function withoutConsequences(problems: Problem[]): Problem[] {
  const tab = problems.find(({ message }) => message === TAB)
  return tab ? [tab] : problems
}

/** Follows a path as far as it goes. */
function createLookup(places: readonly Place[]): (path: KeyPath) => { key: number; value: number } {
  const placeOfKey = new Map(places.map((place) => [dottedKey(place.path), place]))
  return (path) => {
    const found = placeOfKey.get(dottedKey(path))
    if (found) return found
    const parents = path.map((_segment, depth) => placeOfKey.get(dottedKey(path.slice(0, depth))))
    const offset = parents.findLast((place) => place !== undefined)?.key ?? 0
    return { key: offset, value: offset }
  }
}

/** A syntax error knows only its offset: name the last key that began before it. */
function withKey(problem: Problem, places: readonly Place[]): Problem {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[middle]?.key ?? 0) < problem.offset) low = middle + 1
    else high = middle
  }
  return { ...problem, path: places[low - 1]?.path ?? [] }
}
