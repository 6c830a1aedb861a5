import { InvalidArgumentError } from 'commander'
import { AppError } from '#base/errors.ts'
import { readGitState } from '#platform/git.ts'

/** Folders of the content root whose files are published. */
export const CONTENT_FOLDERS = ['prompts', 'personas']

/** As given on the command line; `none` is no release yet. */
export type Expect = number | 'none'

export function toExpect(text: string): Expect {
  if (text === 'none') return text
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError("It must be a number from 1 on, or 'none'.")
  return Number(text)
}

export const expectedOf = (expect: Expect | undefined) => (expect === 'none' ? null : expect)

/** Who publishes, and from which commit. A record without a name would answer nobody's question later. */
export async function authorOf(
  root: string,
  { author: given }: { author?: string },
): Promise<{ author: string; gitCommit: string | null }> {
  const { author = '', commit } = await readGitState(root, CONTENT_FOLDERS)
  const name = (given ?? author).trim()
  if (name === '') {
    throw new AppError('invalid', 'author.unknown', "Say who you are: --author NAME, or git's user.name")
  }
  return { author: name, gitCommit: commit ?? null }
}
