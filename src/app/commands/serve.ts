import type { Command } from 'commander'
import { readConfig } from '#platform/config.ts'
import { createLog } from '../log.ts'
import { type RunningService, serve } from '../serve.ts'

/** If the service does not end by itself after it was asked to, it is ended. */
const STOP_TIMEOUT_MS = 10_000

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('Start the service: migrate the database, load the content, finish open turns, answer HTTP')
    .action(async () => {
      const config = readConfig(process.env)
      const log = createLog(config.logLevel)
      const service = await serve(config, { log })
      stopOnSignals(service)
      stopOnCrash(service, (error) => log.fatal({ err: error }, 'unexpected failure'))
    })
}

function stopOnSignals(service: RunningService): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void stop(service, 0))
  }
}

/** After an exception nobody caught the state of the process is unknown: it ends, and turns go on at the next start. */
function stopOnCrash(service: RunningService, report: (error: unknown) => void): void {
  const crash = (error: unknown) => {
    report(error)
    void stop(service, 1)
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
}

async function stop(service: RunningService, exitCode: number): Promise<void> {
  setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref()
  await service.stop()
  process.exit(exitCode)
}
