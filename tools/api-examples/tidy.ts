const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/
const HASH = /^[0-9a-f]{64}$/
const MAX_ITEMS = 2

/** Ids in order of appearance, one instant for all times, and two items of each list: the same in every run, and short. */
export function createTidy(): (value: unknown) => unknown {
  const ids = new Map<string, string>()
  const idOf = (id: string) => {
    const known = ids.get(id) ?? `0199f0c4-7c1e-7000-8000-${String(ids.size + 1).padStart(12, '0')}`
    ids.set(id, known)
    return known
  }
  const tidyText = (text: string) => {
    if (INSTANT.test(text)) return '2026-03-02T09:00:00.000Z'
    return HASH.test(text) ? '0'.repeat(64) : text.replace(UUID, idOf)
  }
  return function tidy(value: unknown): unknown {
    if (typeof value === 'string') return tidyText(value)
    if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(tidy)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tidy(inner)]))
  }
}
