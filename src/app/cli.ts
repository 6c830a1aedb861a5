import { enableCompileCache } from 'node:module'
import { AppError } from '#base/errors.ts'
import { createProgram } from './program.ts'

// Kept in the system's temporary folder: the next start need not read TypeScript again.
enableCompileCache()

try {
  await (await createProgram(process.argv[2])).parseAsync()
} catch (error) {
  console.error(error instanceof AppError ? `malgil: ${error.message}` : error)
  process.exitCode = 1
}
