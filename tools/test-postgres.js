// `npm run test:postgres`: the tests that open a database, against PostgreSQL instead of the embedded one.
// With DATABASE_URL the tests make their databases on that server; without it a server of their own is brought up
// and, if it was not running before, shut down again. Further arguments go to vitest.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const server = path.join(root, 'tools', 'postgres.sh')
const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')

let runningChild
let isInterrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    isInterrupted = true
    runningChild?.kill(signal)
  })
}

process.exitCode = process.env.DATABASE_URL
  ? await runSuite(process.env.DATABASE_URL)
  : await withOwnServer(runSuite)

async function withOwnServer(use) {
  const wasRunning = (await run('bash', [server, 'status'], { stdio: 'ignore' })).code === 0
  try {
    const { code, output } = await run('bash', [server, 'start'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const url = output.match(/^DATABASE_URL=(.+)$/m)?.[1]
    if (code !== 0 || !url || isInterrupted) return code || 1
    return await use(url)
  } finally {
    // Not through run(): a second Ctrl-C must not leave the server behind.
    if (!wasRunning) await exitOf(spawn('bash', [server, 'stop'], { stdio: 'inherit', detached: true }))
  }
}

/** DATABASE_URL stays out of the tests' sight: whatever they start must use the databases that they made. */
async function runSuite(url) {
  const { DATABASE_URL: _, ...env } = process.env
  const { code } = await run(
    process.execPath,
    [vitest, 'run', '--project', 'database', '--project', 'driver', ...process.argv.slice(2)],
    {
      cwd: root,
      env: { ...env, TEST_DATABASE_URL: url },
      stdio: 'inherit',
    },
  )
  return code
}

async function run(command, args, options) {
  const child = spawn(command, args, options)
  runningChild = child
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const code = await exitOf(child)
  runningChild = undefined
  return { code, output }
}

/** The exit code as a shell gives it: 128 plus the number of the signal that ended the program. */
function exitOf(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}
