import type { z } from 'zod'
import { type AuthoredFault, dottedKey, faultOf, faultsOf, type KeyPath, type Problem } from './fault.ts'
import { type Span, splitFrontMatter } from './front-matter.ts'
import { readPlainYaml } from './plain-yaml.ts'
import { schemaProblems } from './schema-problems.ts'
import { readSourceText, type SourceText } from './source-text.ts'
import { parseYamlTree } from './yaml-tree.ts'

export type AuthoredFile<Value> = {
  ok: true
  value: Value
  /** SHA-256, hex, of the text: the identity of this version. */
  contentHash: string
  /** A fault of this file, placed where `path` is written. */
  faultAt: (path: KeyPath, message: string) => AuthoredFault
}

export type AuthoredTextFile<Value> = AuthoredFile<Value> & {
  /** What follows the front matter, without the blank space around it. */
  body: string
  /** A fault `offset` UTF-16 units into the body. */
  faultInBody: (offset: number, message: string) => AuthoredFault
}

export type AuthoredRefusal = { ok: false; faults: AuthoredFault[] }

/** One YAML file below `root`. `relativePath` has forward slashes; faults name the file by it. */
export function loadAuthoredYaml<Schema extends z.ZodType>(
  schema: Schema,
  root: string,
  relativePath: string,
): AuthoredFile<z.output<Schema>> | AuthoredRefusal {
  const source = readSourceText(root, relativePath)
  if (source.problem) return refusal(relativePath, source, source.problem)
  return checkYaml(schema, relativePath, source, { start: 0, end: source.text.length })
}

/** A Markdown file with YAML between two `---` lines on top; `schema` is for that front matter. */
export function loadAuthoredMarkdown<Schema extends z.ZodType>(
  schema: Schema,
  root: string,
  relativePath: string,
): AuthoredTextFile<z.output<Schema>> | AuthoredRefusal {
  const source = readSourceText(root, relativePath)
  if (source.problem) return refusal(relativePath, source, source.problem)
  const parts = splitFrontMatter(source.text)
  if (typeof parts === 'string') return refusal(relativePath, source, { offset: 0, message: parts })

  const { yaml, body, bodyStart } = parts
  const faultInBody = (offset: number, message: string) =>
    faultOf(relativePath, source.text, { path: ['body'], offset: bodyStart + offset, message })
  const checked = checkYaml(schema, relativePath, source, yaml)
  if (body !== '') return checked.ok ? { ...checked, body, faultInBody } : checked
  return { ok: false, faults: [...(checked.ok ? [] : checked.faults), faultInBody(0, 'is empty')] }
}

function checkYaml<Schema extends z.ZodType>(
  schema: Schema,
  file: string,
  { text, contentHash }: SourceText,
  { start, end }: Span,
): AuthoredFile<z.output<Schema>> | AuthoredRefusal {
  const yaml = text.slice(start, end)
  const inFile = (problem: Problem) => ({ ...problem, offset: start + problem.offset })
  // Parsed again when first needed: keeping the tree of every sound file would cost far more than the few faults.
  let sound: ReturnType<typeof parseYamlTree> | undefined
  const offsetOf = (path: KeyPath) => {
    sound ??= parseYamlTree(yaml)
    return sound.offsetOfValue(path)
  }
  const accept = (value: z.output<Schema>): AuthoredFile<z.output<Schema>> => ({
    ok: true,
    value,
    contentHash,
    faultAt: (path, message) => faultOf(file, text, inFile({ path, offset: offsetOf(path), message })),
  })

  const plain = readPlainYaml(yaml)
  const quick = plain === undefined ? undefined : schema.safeParse(plain)
  if (quick?.success) return accept(quick.data)

  const tree = parseYamlTree(yaml)
  const parsed = tree.isReadable ? schema.safeParse(tree.value) : undefined
  if (parsed?.success && tree.problems.length === 0) return accept(parsed.data)
  const problems = [...tree.problems]
  if (parsed?.error) problems.push(...withoutEchoes(schemaProblems(parsed.error, tree), tree.problems))
  return { ok: false, faults: faultsOf(file, text, problems.map(inFile)) }
}

/** A value that was refused as YAML is not reported again because it then fails the schema too. */
function withoutEchoes(problems: Problem[], refused: readonly Problem[]): Problem[] {
  const keys = new Set(refused.map(({ path }) => dottedKey(path)))
  return problems.filter(
    ({ path }) => !path.some((_segment, depth) => keys.has(dottedKey(path.slice(0, depth + 1)))),
  )
}

function refusal(
  file: string,
  { text }: SourceText,
  problem: { offset: number; message: string },
): AuthoredRefusal {
  return { ok: false, faults: faultsOf(file, text, [{ path: [], ...problem }]) }
}
