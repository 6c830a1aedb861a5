/** Runs `task` at most once in `forMs` after its end. Calls in between share its outcome, a failure too. */
export function rememberFor<Outcome>(
  task: () => Promise<Outcome>,
  { forMs, nowMs = () => performance.now() }: { forMs: number; nowMs?: () => number },
): () => Promise<Outcome> {
  let last: { outcome: Promise<Outcome>; endedAtMs: number | undefined } | undefined
  const isFresh = ({ endedAtMs }: { endedAtMs: number | undefined }) =>
    endedAtMs === undefined || nowMs() - endedAtMs < forMs
  return () => {
    if (last && isFresh(last)) return last.outcome
    const run = { outcome: task(), endedAtMs: undefined as number | undefined }
    const markEnd = () => {
      run.endedAtMs = nowMs()
    }
    run.outcome.then(markEnd, markEnd)
    last = run
    return run.outcome
  }
}
