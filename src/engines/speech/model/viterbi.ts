import type { FrameGraph } from './frame-graph.ts'

/** `values[frame * width + class]`, natural logarithms. */
export type FrameScores = { values: Float32Array; frameCount: number; width: number }

const NEVER = Number.NEGATIVE_INFINITY

/** The graph in flat arrays; the states before state s lie in `before` from first[s] to first[s + 1]. */
type FlatGraph = { count: number; classes: Int32Array; first: Int32Array; before: Int32Array }

/**
 * The best path through the graph: the state of each frame (Viterbi, IEEE Transactions on Information Theory 13,
 * 1967). A state lasts for one frame at least. `undefined` when there are fewer frames than phones to be said.
 */
export function bestPath(graph: FrameGraph, scores: FrameScores): Int32Array | undefined {
  const { frameCount, width } = scores
  if (frameCount === 0 || graph.states.length === 0) return undefined
  const flat = flatten(graph.states)
  // 0 is staying; k is coming from the k-th of the states before.
  const choices = new Uint8Array(frameCount * flat.count)
  let current = Float64Array.from(flat.classes, (own, state) =>
    graph.starts.has(state) ? (scores.values[own] ?? 0) : NEVER,
  )
  // The two take turns: an array for each frame would be tens of megabytes that nobody clears away at once.
  let next = new Float64Array(flat.count)
  for (let frame = 1; frame < frameCount; frame += 1) {
    const frameScores = scores.values.subarray(frame * width, (frame + 1) * width)
    step(flat, { current, next, frameScores, choices: choices.subarray(frame * flat.count) })
    ;[current, next] = [next, current]
  }
  const end = bestEnd(graph.ends, current)
  return end === undefined ? undefined : trace(flat, { end, frameCount, choices })
}

type Step = { current: Float64Array; next: Float64Array; frameScores: Float32Array; choices: Uint8Array }

function step(graph: FlatGraph, { current, next, frameScores, choices }: Step): void {
  for (let state = 0; state < graph.count; state += 1) {
    const { best, choice } = bestBefore(graph, current, state)
    choices[state] = choice
    next[state] = best + (frameScores[graph.classes[state] ?? 0] ?? 0)
  }
}

function bestBefore({ first, before }: FlatGraph, current: Float64Array, state: number) {
  const start = first[state] ?? 0
  const end = first[state + 1] ?? 0
  let best = current[state] ?? NEVER
  let choice = 0
  for (let at = start; at < end; at += 1) {
    const other = current[before[at] ?? 0] ?? NEVER
    if (other > best) {
      best = other
      choice = at - start + 1
    }
  }
  return { best, choice }
}

function bestEnd(ends: ReadonlySet<number>, current: Float64Array): number | undefined {
  let best: number | undefined
  for (const end of ends) {
    const isBetter = (current[end] ?? NEVER) > (best === undefined ? NEVER : (current[best] ?? NEVER))
    if (isBetter) best = end
  }
  return best
}

function trace(
  { count, first, before }: FlatGraph,
  { end, frameCount, choices }: { end: number; frameCount: number; choices: Uint8Array },
): Int32Array {
  const path = new Int32Array(frameCount)
  let state = end
  for (let frame = frameCount - 1; frame >= 0; frame -= 1) {
    path[frame] = state
    const choice = choices[frame * count + state] ?? 0
    if (choice > 0) state = before[(first[state] ?? 0) + choice - 1] ?? 0
  }
  return path
}

function flatten(states: FrameGraph['states']): FlatGraph {
  const first = new Int32Array(states.length + 1)
  for (const [index, state] of states.entries()) first[index + 1] = (first[index] ?? 0) + state.before.length
  return {
    count: states.length,
    classes: Int32Array.from(states, (state) => state.class),
    first,
    before: Int32Array.from(states.flatMap((state) => state.before)),
  }
}
