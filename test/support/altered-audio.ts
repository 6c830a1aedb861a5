import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Files made from others by ffmpeg, gone when disposed of. */
export async function createAltered() {
  const directory = await mkdtemp(join(tmpdir(), 'malgil-altered-'))
  let count = 0
  return {
    /** `args` stand between the input and the output, whose extension is `as`. */
    async alter(input: string, args: readonly string[], as = 'wav'): Promise<string> {
      count += 1
      const output = join(directory, `${count}.${as}`)
      await run('ffmpeg', ['-v', 'error', '-i', input, ...args, '-y', output])
      return output
    },
    /** Sound made by ffmpeg itself: `source` is a lavfi graph. */
    async generate(source: string): Promise<string> {
      count += 1
      const output = join(directory, `${count}.wav`)
      await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-y', output])
      return output
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}
