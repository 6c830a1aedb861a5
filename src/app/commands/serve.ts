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
      const running: Running = { service: undefined }
      stopOnSignals(running)
      running.service = await serve(config, { log })
      stopOnCrash(running.service, (error) => log.fatal({ err: error }, 'unexpected failure'))
    })
}

type Running = { service: RunningService | undefined }

/** Listened to from the beginning: a start that is broken off just ends, since every step of it can be repeated. */
function stopOnSignals(running: Running): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (running.service) void stop(running.service, 0)
      else process.exit(1)
    })
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
