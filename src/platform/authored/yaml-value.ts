import type { Node, Pair, YAMLMap } from 'yaml'
import type { KeyPath, Problem } from './fault.ts'
import { scalarFault } from './text-faults.ts'
import { yamlPackage } from './yaml-package.ts'

/** Where a key and its value start, in UTF-16 units; the same for an entry of a list. */
export type Place = { path: KeyPath; key: number; value: number }

export type PlainTree = {
  value: unknown
  problems: Problem[]
  /** In the order of the text, the whole first. */
  places: Place[]
}

type Entry = { node: unknown; path: KeyPath; key: number }

/**
 * The plain value of a YAML tree. Anchors, aliases and tags are refused: a reader sees each value where it is
 * written, and no file can unfold into more than it holds.
 */
export function toPlainTree(root: Node | null): PlainTree {
  const tree: PlainTree = { value: undefined, problems: [], places: [] }
  tree.value = toPlain({ node: root, path: [], key: offsetOf(root) ?? 0 }, tree)
  return tree
}

function toPlain({ node, path, key }: Entry, tree: PlainTree): unknown {
  const { isMap, isScalar, isSeq } = yamlPackage()
  const value = offsetOf(node) ?? key
  tree.places.push({ path, key, value })
  const message = nodeFault(node)
  if (message) tree.problems.push({ path, offset: value, message })
  if (isMap(node)) return toPlainObject(node, path, tree)
  if (!isSeq(node)) return isScalar(node) ? node.value : null
  return node.items.map((item, index) =>
    toPlain({ node: item, path: [...path, index], key: offsetOf(item) ?? value }, tree),
  )
}

function toPlainObject(map: YAMLMap, path: KeyPath, tree: PlainTree): Record<string, unknown> {
  const entries = new Map<string, unknown>()
  for (const pair of map.items) {
    const name = keyText(pair)
    const entry = { node: pair.value, path: [...path, name], key: offsetOf(pair.key) ?? 0 }
    const message = entries.has(name) ? 'is given twice' : keyFault(pair.key, name)
    if (message) tree.problems.push({ path: entry.path, offset: entry.key, message })
    entries.set(name, toPlain(entry, tree))
  }
  return Object.fromEntries(entries)
}

function keyText({ key }: Pair): string {
  return String(yamlPackage().isScalar(key) ? key.value : key)
}

/** Nothing for a value that was left out. */
function offsetOf(node: unknown): number | undefined {
  const [start, end] = (yamlPackage().isNode(node) && node.range) || [0, 0]
  return start < end ? start : undefined
}

function nodeFault(node: unknown): string | undefined {
  const { isAlias, isNode, isScalar } = yamlPackage()
  if (isAlias(node)) return 'uses an alias (*): write the value out'
  if (!isNode(node)) return undefined
  if (node.tag !== undefined) return 'has a tag (!): leave it out'
  if ('anchor' in node && node.anchor !== undefined) return 'has an anchor (&): leave it out'
  return isScalar(node) ? scalarFault(node.value) : undefined
}

const keyFault = (node: unknown, name: string) =>
  name === '__proto__' || name === '' ? 'is no usable key' : nodeFault(node)
