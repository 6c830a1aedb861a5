import express, { type Express } from 'express'
import type { Logger } from 'pino'
import { AppError } from '#base/errors.ts'
import type { Config } from '#platform/config.ts'
import { answerHeaders } from '#platform/http/answer-headers.ts'
import { docsPage } from '#platform/http/docs-page.ts'
import { errorHandler } from '#platform/http/error-handler.ts'
import { mountEndpoints } from '#platform/http/mount.ts'
import { toOpenApi } from '#platform/http/openapi/document.ts'
import { requestId, requestIdOf } from '#platform/http/request-id.ts'
import { requestLog } from '#platform/http/request-log.ts'
import { describeApi } from './api-description.ts'
import { type OperatorDeps, operatorRoutes } from './operator-routes.ts'
import type { Service } from './wire.ts'

const PREFIX = '/v1'

export type HttpAppDeps = OperatorDeps & { service: Service; log: Logger; http: Config['http'] }

/** The HTTP face of the service: the calls under /v1, their description, and what operators ask unless that is apart. */
export function createHttpApp(deps: HttpAppDeps): Express {
  const { endpoints, mount } = deps.service
  const app = createBareApp(deps)
  if (!deps.http.operator) app.use(operatorRoutes(deps))
  const openApi = toOpenApi(endpoints, describeApi(PREFIX))
  app.get('/openapi.json', (_req, res) => void res.json(openApi))
  app.get('/', (_req, res) => res.redirect('docs'))
  app.use(docsPage('malgil API'))

  app.use(PREFIX, mountEndpoints(mount, endpoints))
  return withRefusals(app, deps)
}

/** What operators ask, on a listener that the public network need not reach. */
export function createOperatorApp(deps: HttpAppDeps): Express {
  return withRefusals(createBareApp(deps).use(operatorRoutes(deps)), deps)
}

/** An address is exactly what it is: a proxy that hides `/metrics` need not think of `/METRICS` or `/metrics/`. */
function createBareApp({ service: { metrics }, log, http }: HttpAppDeps): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.enable('case sensitive routing')
  app.enable('strict routing')
  app.set('trust proxy', http.trustProxy)
  app.use(requestId)
  app.use(requestLog(log, (labels, durationS) => metrics.httpRequests.observe({ ...labels }, durationS)))
  app.use(answerHeaders)
  return app
}

function withRefusals(app: Express, { log }: HttpAppDeps): Express {
  app.use(() => {
    throw new AppError('not_found', 'request.not_found', 'There is nothing at this address: see /docs')
  })
  app.use(
    errorHandler((error, _req, res) =>
      log.error({ err: error, requestId: requestIdOf(res) }, 'request failed'),
    ),
  )
  return app
}
