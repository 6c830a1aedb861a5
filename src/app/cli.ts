import { enableCompileCache } from 'node:module'
import { createProgram, runProgram } from './program.ts'

// Kept in the system's temporary folder: the next start need not read TypeScript again.
enableCompileCache()

await runProgram(process.argv.slice(2), await createProgram(process.argv[2]))
