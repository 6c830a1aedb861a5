import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import express, { type RequestHandler, type Router } from 'express'

const ASSETS = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

const PAGE = (title: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', deepLinking: true, persistAuthorization: false })\n`

/** Only what the page itself brings may run; Swagger UI needs inline styles and data images. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

const keep: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'public, max-age=86400')
  next()
}

/** `/docs` shows `/openapi.json`; everything it loads comes from this process. */
export function docsPage(title: string): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.get('/docs', (_req, res) => {
    res.set('Content-Security-Policy', CONTENT_SECURITY_POLICY).type('html').send(PAGE(title))
  })
  router.get('/docs/start.js', (_req, res) => {
    res.type('js').send(START)
  })
  router.use('/docs/assets', keep, express.static(ASSETS, { index: false, cacheControl: false }))
  return router
}
