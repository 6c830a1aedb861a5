#!/usr/bin/env node
// The command `malgil`: runs src/app/main.js under the pinned Node, whichever Node found this file first on PATH.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']

const program = fileURLToPath(new URL('../src/app/main.js', import.meta.url))
const pinnedNode = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))

if (existsSync(pinnedNode)) {
  run()
} else {
  console.error('malgil is not set up yet; run `node tools/setup.js` in its folder first.')
  process.exitCode = 1
}

function run() {
  const child = spawn(pinnedNode, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  // In a terminal Ctrl-C reaches the child by itself; a second copy would look like an impatient second Ctrl-C.
  const isTerminal = process.stdin.isTTY === true
  for (const signal of FORWARDED_SIGNALS) {
    process.on(signal, () => {
      if (!(signal === 'SIGINT' && isTerminal)) child.kill(signal)
    })
  }
  child.on('error', (error) => {
    console.error(`The pinned Node does not start (${error.message}); run \`node tools/setup.js\` again.`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    // A shell tells a program that a signal ended by 128 plus its number.
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0))
  })
}
