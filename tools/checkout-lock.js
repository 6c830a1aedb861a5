// One setup at a time per checkout.
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const POLL_MS = 250
/** A lock older than this was left by a process whose number another process carries now. */
const STALE_MS = 15 * 60_000

/**
 * Two setups of one checkout at once (say, a demo and the tests) would delete each other's node_modules,
 * so the second waits. The lock lies outside node_modules, which `npm ci` empties, and names its process:
 * one that died is taken over. Two waiters that take over in the same millisecond can both go on;
 * that needs a crash first, and ends in an npm error, never in a checkout that looks ready.
 */
export function underLock(root, action) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16)
  const lock = path.join(tmpdir(), `malgil-setup-${name}.lock`)
  for (let waits = 0; !takeLock(lock); waits += 1) {
    if (waits === 0) console.error('Waiting for another setup of this checkout')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS)
  }
  try {
    action()
  } finally {
    rmSync(lock, { force: true })
  }
}

function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  if (isStale(lock)) rmSync(lock, { force: true })
  return false
}

function isStale(lock) {
  try {
    if (Date.now() - statSync(lock).mtimeMs > STALE_MS) return true
    process.kill(Number(readFileSync(lock, 'utf8')), 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}
