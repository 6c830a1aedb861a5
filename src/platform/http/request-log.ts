import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { requestIdOf } from './request-id.ts'

export type ObserveRequest = (
  labels: { method: string; route: string; status: number },
  durationS: number,
) => void

/** One line a request: route patterns and ids, never paths with ids of people, bodies or words of learners. */
export function requestLog(logger: Logger, observe: ObserveRequest): RequestHandler {
  return (req, res, next) => {
    const startedAt = performance.now()
    res.on('close', () => {
      const durationMs = Math.round(performance.now() - startedAt)
      const route = typeof res.locals.route === 'string' ? res.locals.route : 'other'
      const status = res.writableFinished ? res.statusCode : 499
      observe({ method: req.method, route, status }, durationMs / 1000)
      logger.info({ requestId: requestIdOf(res), method: req.method, route, status, durationMs }, 'request')
    })
    next()
  }
}
