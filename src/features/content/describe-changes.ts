import { type ChangedPart, changedParts } from './changed-parts.ts'
import type { ContentItem, ContentKind } from './content-items.ts'

const KINDS: Record<ContentKind, string> = {
  situation: 'situation',
  variation: 'variation',
  persona: 'persona',
  prompt: 'prompt',
  location: 'location',
  cultural_context: 'cultural context',
  speech_feedback: 'speech feedback for',
  learner_facts: 'memory filter',
  repair: 'repair line',
  safety: 'safety rule',
}

/** Longer texts are shown where they begin to differ. */
const MAX_SHOWN_CHARACTERS = 160
const CONTEXT_CHARACTERS = 30

type Side = Pick<ContentItem, 'kind' | 'key' | 'contentHash' | 'content'>

/** What changes for learners, in sentences: what is new, what is gone, and what reads otherwise. */
export function describeChanges(before: readonly Side[], after: readonly Side[]): string[] {
  const old = new Map(before.map((item) => [nameOf(item), item]))
  const now = new Map(after.map((item) => [nameOf(item), item]))
  return [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((name) => {
    const [from, to] = [old.get(name), now.get(name)]
    if (!from) return [`${capital(name)} is new`]
    if (!to) return [`${capital(name)} is gone; sessions and conversations that have begun keep it`]
    return from.contentHash === to.contentHash ? [] : describeText(name, from, to)
  })
}

const nameOf = ({ kind, key }: Side) => `${KINDS[kind]} ${key}`

function describeText(name: string, from: Side, to: Side): string[] {
  const parts = changedParts(asStored(from.content), asStored(to.content))
  if (parts.length > 0) return parts.map((part) => describePart(name, part))
  return [`${capital(name)} changes only in what learners never see: comments, layout, tests, extensions`]
}

/** As it comes back from the database, so that both sides compare: keys without a value are no keys. */
const asStored = (content: unknown): unknown => JSON.parse(JSON.stringify(content))

function describePart(name: string, part: ChangedPart): string {
  const subject = capital(`${part.part} of ${name}`)
  const [is, changes] = part.isMany ? ['are', 'change'] : ['is', 'changes']
  switch (part.change) {
    case 'new':
      return `${subject} ${is} new${part.value === undefined ? '' : `: ${shown(part.value)}`}`
    case 'gone':
      return `${subject} ${is} gone`
    case 'order':
      return `${subject} changes`
    case 'other': {
      const [from, to] = excerpts(part.from, part.to)
      return `${subject} ${changes} from ${from} to ${to}`
    }
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
const shown = (value: unknown) =>
  typeof value === 'string' ? JSON.stringify(cut(value)) : cut(textOf(value))

/** Both whole, or both from a little before the first difference on. */
function excerpts(before: unknown, after: unknown): [string, string] {
  const [from, to] = [textOf(before), textOf(after)]
  if (from.length <= MAX_SHOWN_CHARACTERS && to.length <= MAX_SHOWN_CHARACTERS)
    return [shown(before), shown(after)]
  const units = [...from]
  const others = [...to]
  const same = units.findIndex((unit, at) => unit !== others[at])
  const start = Math.max(0, (same === -1 ? units.length : same) - CONTEXT_CHARACTERS)
  const excerpt = (text: string[]) => `${start > 0 ? '…' : ''}${text.slice(start).join('')}`
  return [shown(excerpt(units)), shown(excerpt(others))]
}

function cut(text: string): string {
  const units = [...text]
  return units.length <= MAX_SHOWN_CHARACTERS ? text : `${units.slice(0, MAX_SHOWN_CHARACTERS).join('')}…`
}

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)
