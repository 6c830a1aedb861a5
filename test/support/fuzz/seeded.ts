/** Numbers from 0 to 1, the same for the same seed (mulberry32, by Tommy Ettinger). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `count` of the items in their order, chosen by the seed. */
export function sample<Item>(items: Item[], { count, seed }: { count: number; seed: number }): Item[] {
  const random = seededRandom(seed)
  const chosen = items
    .map((item, index) => ({ item, index, key: random() }))
    .toSorted((a, b) => a.key - b.key)
  return chosen
    .slice(0, count)
    .toSorted((a, b) => a.index - b.index)
    .map(({ item }) => item)
}
