/** Loaded before a program: says on stderr how much CPU it used. In JavaScript, so that nothing is loaded that the program may do without. */
process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  process.stderr.write(`\ncpu ${(user + system) / 1e6}\n`)
})
