import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests that open a database: they run on each engine, everything else runs once. */
const DATABASE = ['test/features/**/*.test.ts', 'test/client/**/*.test.ts']
/** The same, of the database itself: its driver keeps state for the whole process, so each file gets one of its own. */
const DRIVER = ['test/database/**/*.test.ts', 'test/architecture/tables.test.ts']
/** Programs that are started as a user starts them, on the embedded database. */
const COMMANDS = ['test/commands/**/*.test.ts']
/** Recordings of learners: minutes of work that only a new scorer changes. */
const CORPUS = ['test/corpus/**/*.test.ts', 'test/engines/speech-must-hold.test.ts']

const shared = { testTimeout: 60_000, hookTimeout: 120_000, pool: 'forks' } as const

export default defineConfig({
  test: {
    // Without it one core would be left free.
    maxWorkers: '100%',
    // Once for all projects.
    globalSetup: 'test/support/template-database.ts',
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          isolate: false,
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...DATABASE, ...DRIVER, ...COMMANDS, 'test/corpus/**'],
        },
      },
      {
        test: { ...shared, name: 'commands', include: COMMANDS },
      },
      {
        test: {
          ...shared,
          name: 'database',
          // Files share what they import, and the embedded database: see startTestApp.
          isolate: false,
          include: DATABASE,
        },
      },
      {
        test: { ...shared, name: 'driver', include: DRIVER },
      },
      {
        test: {
          ...shared,
          name: 'corpus',
          include: CORPUS,
          testTimeout: 300_000,
          env: {
            TEST_CORPUS: process.env.TEST_CORPUS ?? join(import.meta.dirname, '../shared/speech-corpus'),
          },
        },
      },
    ],
  },
})
