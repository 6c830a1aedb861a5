import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorKind } from '#base/errors.ts'
import { REPOSITORY } from './repository.ts'

const THROWN = /AppError\(\s*'(\w+)',\s*'([\w.]+)'/g
/** `form-field.ts` names the kind of these once. */
const OF_A_FILE = /fieldFault\(\s*'([\w.]+)'/g

/** The kind of each problem, by its code, as the source throws it. */
export function readProblemKinds(): Map<string, ErrorKind> {
  const kinds = new Map<string, ErrorKind>([
    // Written with a variable in them.
    ['server.full', 'unavailable'],
    ['session.time_limit_reached', 'conflict'],
    ['session.cost_limit_reached', 'conflict'],
  ])
  for (const file of globSync('src/**/*.ts', { cwd: REPOSITORY })) {
    const source = readFileSync(join(REPOSITORY, file), 'utf8')
    for (const [, kind, code] of source.matchAll(THROWN)) if (code) kinds.set(code, kind as ErrorKind)
    for (const [, code = ''] of source.matchAll(OF_A_FILE)) kinds.set(code, 'invalid')
  }
  return kinds
}
