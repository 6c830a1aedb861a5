import { findProgram } from './find-program.ts'

/** Limits that the kernel enforces on one process. An absent one is inherited. */
export type ProcessLimits = {
  /** Heap, private writable mappings and thread stacks: what the process can fill with data. */
  dataBytes?: number
  /** All mappings, libraries included; far above `dataBytes`, because every library counts in full. */
  addressSpaceBytes?: number
  /** Of the main thread and, by default, of each further thread. */
  stackBytes?: number
  /** At this number the process gets SIGXCPU, one second later SIGKILL. */
  cpuSeconds?: number
  /** The largest file that it may write. */
  fileBytes?: number
}

export type Command = { command: string; args: readonly string[] }

/** Puts a command under limits and ties its life to ours. */
export type Confine = (command: Command, limits: ProcessLimits) => Command

/** Both belong to util-linux, which every Debian and Ubuntu has. */
const TOOLS = ['setpriv', 'prlimit'] as const

/**
 * `setpriv` asks the kernel to kill the process when its parent dies (prctl(2), PR_SET_PDEATHSIG), `prlimit` sets the
 * limits (getrlimit(2)); each then becomes the next program, so that the command runs as one process with one pid.
 * `missing` names the tools that are not installed; without them `confine` returns the command unchanged.
 */
export function findConfinement(path?: string): { confine: Confine; missing: string[] } {
  const [setpriv, prlimit] = TOOLS.map((tool) => findProgram(tool, path))
  const missing = TOOLS.filter((tool) => findProgram(tool, path) === undefined)
  if (!setpriv || !prlimit) return { confine: (command) => command, missing }
  return {
    missing,
    confine: ({ command, args }, limits) => ({
      command: setpriv,
      args: ['--pdeathsig', 'KILL', prlimit, ...toArguments(limits), '--', command, ...args],
    }),
  }
}

function toArguments({ dataBytes, addressSpaceBytes, stackBytes, cpuSeconds, fileBytes }: ProcessLimits) {
  const values = {
    core: 0,
    data: dataBytes,
    as: addressSpaceBytes,
    stack: stackBytes,
    fsize: fileBytes,
    cpu: cpuSeconds === undefined ? undefined : `${cpuSeconds}:${cpuSeconds + 1}`,
  }
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}=${value}`],
  )
}
