import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ErrorKind } from '#base/errors.ts'
import { REPOSITORY } from './repository.ts'

const THROWN =
  /(?:AppError|[fF]ault)\(\s*'(\w+)',\s*(?:'([\w.]+)'|`session\.\$\{reason\}_reached`|SERVER_FULL)/g

/** The kind of each problem, by its code, as the source throws it. */
export function readProblemKinds(): Map<string, ErrorKind> {
  const kinds = new Map<string, ErrorKind>([
    // Written with a variable in them.
    ['server.full', 'unavailable'],
    ['session.time_limit_reached', 'conflict'],
    ['session.cost_limit_reached', 'conflict'],
  ])
  for (const file of globSync('src/**/*.ts', { cwd: REPOSITORY })) {
    for (const [, kind, code] of readFileSync(join(REPOSITORY, file), 'utf8').matchAll(THROWN))
      if (code) kinds.set(code, kind as ErrorKind)
  }
  return kinds
}
