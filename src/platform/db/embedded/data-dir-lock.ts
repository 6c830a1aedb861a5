import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#base/errors.ts'
import { dataDirUnwritable, makeDataDir } from '#platform/files/storage.ts'

type Owner = { pid: number; bornAt: string }

/**
 * Makes this process the only one on the folder. The embedded database itself lets a second process in, and then
 * loses rows without an error (100 of 300 in three runs of three), so the lock is ours.
 * A lock whose process is gone, or whose process id now belongs to another process, is taken over.
 * Returns the function that gives it back. Throws `database.in_use` or `data_dir.unwritable`.
 */
export function lockDataDir(dataDir: string): () => void {
  const lockPath = join(dataDir, 'lock')
  makeDataDir(dataDir)
  for (let attempt = 0; attempt < 2; attempt++) {
    if (tryCreate(lockPath, dataDir)) return () => rmSync(lockPath, { force: true })
    const owner = readOwner(lockPath)
    if (owner && isAlive(owner)) throw databaseInUse(dataDir, owner.pid)
    discardStale(lockPath, dataDir)
  }
  throw databaseInUse(dataDir, undefined)
}

function tryCreate(lockPath: string, dataDir: string): boolean {
  const owner: Owner = { pid: process.pid, bornAt: processBirth(process.pid) ?? '' }
  try {
    writeFileSync(lockPath, JSON.stringify(owner), { flag: 'wx' })
    return true
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false
    throw dataDirUnwritable(dataDir, cause)
  }
}

/** Moved away before it is judged again: another process may have taken the folder over a moment ago. */
function discardStale(lockPath: string, dataDir: string): void {
  const asidePath = `${lockPath}.${process.pid}`
  try {
    renameSync(lockPath, asidePath)
  } catch {
    return
  }
  const owner = readOwner(asidePath)
  if (owner && isAlive(owner)) {
    renameSync(asidePath, lockPath)
    throw databaseInUse(dataDir, owner.pid)
  }
  rmSync(asidePath, { force: true })
}

function readOwner(lockPath: string): Owner | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(lockPath, 'utf8'))
    const owner = parsed as Partial<Owner> | null
    if (typeof owner?.pid !== 'number' || typeof owner.bornAt !== 'string') return undefined
    return { pid: owner.pid, bornAt: owner.bornAt }
  } catch {
    // Unreadable: written half by a process that died.
    return undefined
  }
}

function isAlive({ pid, bornAt }: Owner): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  // In a container every start has the same process id, so the id alone would lock the service out for ever.
  const birth = processBirth(pid)
  return birth === undefined || birth === bornAt
}

/** When the process began, in clock ticks since boot (proc(5), field 22); `undefined` where /proc is not Linux's. */
function processBirth(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}

const databaseInUse = (dataDir: string, pid: number | undefined) =>
  new AppError(
    'conflict',
    'database.in_use',
    `The embedded database in ${dataDir} is in use by ${pid ? `process ${pid}` : 'another process'}: stop it first, or set DATABASE_URL to a PostgreSQL server`,
  )
