import { type Label, listMoves, rollbackLabel } from '#features/content/index.ts'
import { readConfig } from '#platform/config.ts'
import { NEEDED_PROMPTS } from '../prompt-contracts.ts'
import { withTables } from '../with-database.ts'
import { authorOf, type Expect, expectedOf } from './content-author.ts'
import { formatMove } from './content-publish.ts'

export type RollbackOptions = {
  label: Label
  to?: number
  steps?: number
  message?: string
  author?: string
  expect?: Expect
}

export type LogOptions = { label?: Label; limit: number; json?: boolean }

export async function rollback({
  label,
  to,
  steps = 1,
  message,
  expect,
  ...options
}: RollbackOptions): Promise<void> {
  const config = readConfig(process.env)
  const { author } = await authorOf(config.contentDir, options)
  await withTables(config, async ({ db }) => {
    const { status, release, from } = await rollbackLabel(
      { db },
      {
        label,
        target: to === undefined ? { steps } : { to },
        neededPrompts: NEEDED_PROMPTS,
        author,
        message,
        expected: expectedOf(expect),
      },
    )
    if (status === 'unchanged') console.log(`Nothing to do: ${label} points to release ${release.number}`)
    else console.log(formatMove(label, from, release))
  })
}

export async function printLog({ label, limit, json }: LogOptions): Promise<void> {
  await withTables(readConfig(process.env), async ({ db }) => {
    const moves = await listMoves(db, { label, limit })
    if (json) console.log(JSON.stringify(moves, null, 2))
    else {
      for (const { label: moved, from, to, movedBy, movedAt, message } of moves) {
        const cells = [movedAt.toISOString(), moved, `${from ?? 'none'} → ${to}`, movedBy, message ?? '']
        console.log(cells.join('\t').trimEnd())
      }
    }
    if (moves.length === 0) console.error('Nothing was published yet')
  })
}
