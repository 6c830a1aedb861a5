import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { AppError } from '#base/errors.ts'

const SCORES = ['overall', 'accuracy', 'fluency', 'prosody', 'completeness'] as const
type Score = (typeof SCORES)[number]

/** What is compared of a line that `malgil assess` wrote, now or earlier. */
const Line = z.object({
  id: z.string(),
  scorer: z.object({ name: z.string(), version: z.string() }),
  scores: z.record(z.enum(SCORES), z.number().nullable()),
})
export type Compared = z.infer<typeof Line>

export type Shift = {
  score: Score
  /** Recordings that have the score in both. */
  pairs: number
  /** New minus old, in points. */
  meanShift: number
  meanAbsolute: number
  largest: { id: string; shift: number } | undefined
  /** Pearson's; `undefined` for fewer than two pairs or no variance. */
  correlation: number | undefined
  /** Scores that only one of the two has. */
  lost: number
  gained: number
}

export type Comparison = { from: string; to: string; onlyOld: number; onlyNew: number; shifts: Shift[] }

/** Assessments by id; lines with a problem in place of scores are passed over. Throws `compare.bad_line`, `compare.unreadable`. */
export async function readAssessments(path: string): Promise<Compared[]> {
  const found: Compared[] = []
  let number = 0
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      number += 1
      if (line.trim() !== '') found.push(...parse(line, `${path}:${number}`))
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('invalid', 'compare.unreadable', `The file ${path} cannot be read`, { cause })
  }
  return found
}

function parse(line: string, place: string): Compared[] {
  const json = z.unknown().safeParse(tryJson(line)).data
  if (typeof json === 'object' && json !== null && 'problem' in json) return []
  const parsed = Line.safeParse(json)
  if (parsed.success) return [parsed.data]
  const key = parsed.error.issues[0]?.path.join('.') || 'line'
  throw new AppError('invalid', 'compare.bad_line', `${place} ${key} is not what malgil assess writes`)
}

function tryJson(line: string): unknown {
  try {
    return JSON.parse(line.trim())
  } catch {
    return undefined
  }
}

/** How the scores of the same recordings moved from one scorer to another. */
export function compareAssessments(old: readonly Compared[], now: readonly Compared[]): Comparison {
  const byId = new Map(old.map((line) => [line.id, line]))
  const both = now.flatMap((line) => {
    const before = byId.get(line.id)
    return before ? [{ id: line.id, before: before.scores, after: line.scores }] : []
  })
  return {
    from: scorersOf(old),
    to: scorersOf(now),
    onlyOld: old.length - both.length,
    onlyNew: now.length - both.length,
    shifts: SCORES.map((score) => shiftOf(score, both)),
  }
}

type Both = { id: string; before: Compared['scores']; after: Compared['scores'] }

function shiftOf(score: Score, both: readonly Both[]): Shift {
  const pairs = both.flatMap(({ id, before, after }) => {
    const [from, to] = [before[score] ?? null, after[score] ?? null]
    return from === null || to === null ? [] : [{ id, from, to, shift: to - from }]
  })
  const has = (scores: Compared['scores']) => (scores[score] ?? null) !== null
  return {
    score,
    pairs: pairs.length,
    meanShift: mean(pairs.map(({ shift }) => shift)),
    meanAbsolute: mean(pairs.map(({ shift }) => Math.abs(shift))),
    largest: pairs.toSorted((one, other) => Math.abs(other.shift) - Math.abs(one.shift))[0],
    correlation: correlationOf(pairs),
    lost: both.filter(({ before, after }) => has(before) && !has(after)).length,
    gained: both.filter(({ before, after }) => !has(before) && has(after)).length,
  }
}

function correlationOf(pairs: readonly { from: number; to: number }[]): number | undefined {
  const [meanFrom, meanTo] = [mean(pairs.map(({ from }) => from)), mean(pairs.map(({ to }) => to))]
  const sum = (of: (from: number, to: number) => number) =>
    pairs.reduce((total, { from, to }) => total + of(from - meanFrom, to - meanTo), 0)
  const scale = Math.sqrt(sum((from) => from * from) * sum((_, to) => to * to))
  return scale > 0 ? sum((from, to) => from * to) / scale : undefined
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

const scorersOf = (lines: readonly Compared[]) =>
  [...new Set(lines.map(({ scorer }) => `${scorer.name} ${scorer.version}`))].join(', ') || 'nothing'

/** As a table for people. */
export function formatComparison({ from, to, onlyOld, onlyNew, shifts }: Comparison): string {
  const rows = shifts.map((shift) =>
    [
      shift.score.padEnd(13),
      ...[
        String(shift.pairs),
        signed(shift.meanShift),
        shift.meanAbsolute.toFixed(1),
        shift.correlation?.toFixed(3) ?? '–',
        String(shift.lost),
        String(shift.gained),
      ].map((cell) => cell.padStart(9)),
      `  ${shift.largest ? `${signed(shift.largest.shift)} (${shift.largest.id})` : '–'}`,
    ].join(''),
  )
  const head = ['recordings', 'shift', '|shift|', 'Pearson', 'lost', 'gained']
    .map((title, at) => title.padStart(at === 0 ? 12 : 9))
    .join('')
  return [
    `From ${from} to ${to}; ${onlyOld} recordings only in the old file, ${onlyNew} only in the new`,
    `${''.padEnd(10)}${head}  largest`,
    ...rows,
  ].join('\n')
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`
