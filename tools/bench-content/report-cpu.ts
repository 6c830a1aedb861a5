/** Loaded before a program: says on stderr how many seconds of CPU it used, which other work on the machine does not change. */
process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  process.stderr.write(`\ncpu ${(user + system) / 1e6}\n`)
})
