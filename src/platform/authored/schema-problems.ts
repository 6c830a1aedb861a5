import type { z } from 'zod'
import type { KeyPath, Problem } from './fault.ts'
import type { YamlTree } from './yaml-tree.ts'

type Issue = z.core.$ZodIssue

/** What the schema has against the tree, each at the place where the author can mend it. */
export function schemaProblems(error: z.ZodError, tree: YamlTree): Problem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, tree))
}

function problemsOf(issue: Issue, tree: YamlTree): Problem[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const keyPath = [...path, key]
      const message = 'is no known key (keys of your own go under extensions)'
      return { path: keyPath, offset: tree.offsetOfKey(keyPath), message }
    })
  }
  if (issue.code === 'invalid_key') {
    const message = issue.issues.map((inner) => inner.message).join('; ')
    return [{ path, offset: tree.offsetOfKey(path), message: `is no usable key: ${message}` }]
  }
  return [{ path, offset: tree.offsetOfValue(path), message: messageOf(issue, valueAt(tree.value, path)) }]
}

function messageOf(issue: Issue, found: unknown): string {
  if (issue.code === 'custom') return issue.message
  if (found === undefined) return 'is missing'
  if (found === null) return 'is empty'
  if (issue.code === 'invalid_value') return `must be one of: ${issue.values.map(String).join(', ')}`
  if (issue.code !== 'invalid_type') return issue.message
  const remedy = issue.expected === 'string' && isPlainScalar(found) ? ' (put quotes around it)' : ''
  return `must be ${nameOfType(issue.expected)}, not ${typeName(found)}${remedy}`
}

function valueAt(root: unknown, path: KeyPath): unknown {
  let value = root
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.getOwnPropertyDescriptor(value, segment)?.value
  }
  return value
}

const isPlainScalar = (value: unknown) => typeof value === 'number' || typeof value === 'boolean'

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a set of keys',
  record: 'a set of keys',
  string: 'text',
}

const nameOfType = (type: string) => TYPE_NAMES[type] ?? type

function typeName(value: unknown): string {
  return nameOfType(Array.isArray(value) ? 'array' : typeof value)
}
