export const LABELS = ['draft', 'staging', 'production'] as const
export type Label = (typeof LABELS)[number]

/** A set of versions that was published together. The same set is the same release whoever publishes it again. */
export type Release = {
  releaseId: string
  /** Counted from 1 in this database: what people call it. */
  number: number
  manifestHash: string
  author: string
  gitCommit: string | null
  createdAt: Date
}

/** A label was made to point to a release. */
export type LabelMove = {
  label: string
  /** `null` when the label was new. */
  from: number | null
  to: number
  movedBy: string
  message: string | null
  movedAt: Date
  /** Of the release it was moved to. */
  gitCommit: string | null
}

/**
 * The releases that a label pointed to, the present one last, as one goes back through them: after a rollback what
 * was rolled back is no longer among them. `moves` are oldest first.
 */
export function pathOf(moves: readonly Pick<LabelMove, 'to'>[]): number[] {
  const path: number[] = []
  for (const { to } of moves) {
    const at = path.indexOf(to)
    if (at === -1) path.push(to)
    else path.splice(at + 1)
  }
  return path
}
