import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)
const TIMEOUT_MS = 10_000

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
    const answer = run('git', ['-C', folder, ...args], { timeout: TIMEOUT_MS })
    return answer.then(({ stdout }) => stdout.trim()).catch(() => undefined)
  }
  const [author, head, changed] = await Promise.all([
    git('config', 'user.name'),
    git('rev-parse', '--verify', 'HEAD'),
    git('status', '--porcelain', '--', ...paths),
  ])
  const commit = head && (changed === '' ? head : `${head}+changes`)
  return { author: author || undefined, commit: commit || undefined }
}
