import { homedir } from 'node:os'
import { runBounded } from './child-process/run-bounded.ts'

const TIMEOUT_MS = 10_000
const MIB = 1024 * 1024
/** Of a pipe, at most 64 KiB each; a status of more files than that need not be told from another. */
const MAX_CHUNKS = 16
/** git maps the packs of a repository, so the space of its addresses is left as it is. */
const LIMITS = { dataBytes: 1024 * MIB, cpuSeconds: TIMEOUT_MS / 1_000, fileBytes: 64 * MIB }

/** What git knows about a folder; `undefined` where there is no git, no repository or no such setting. */
export type GitState = {
  /** `user.name`. */
  author: string | undefined
  /** The full id of the commit, with `+changes` behind it when the given paths differ from it. */
  commit: string | undefined
}

/** `paths` are below `folder`, for example what is going to be published. */
export async function readGitState(folder: string, paths: readonly string[]): Promise<GitState> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    const chunks: Uint8Array[] = []
    const { exitCode } = await runBounded({
      command: 'git',
      args: ['-C', folder, ...args],
      limits: LIMITS,
      // The user's settings lie there.
      env: { HOME: homedir() },
      onStdout: (chunk) => chunks.push(chunk) <= MAX_CHUNKS,
      maxStderrBytes: MIB,
      wallClockMs: TIMEOUT_MS,
    })
    return exitCode === 0 ? Buffer.concat(chunks).toString('utf8').trim() : undefined
  }
  const [author, head, changed] = await Promise.all([
    git('config', 'user.name'),
    git('rev-parse', '--verify', 'HEAD'),
    git('status', '--porcelain', '--', ...paths),
  ])
  const commit = head && (changed === '' ? head : `${head}+changes`)
  return { author: author || undefined, commit: commit || undefined }
}
