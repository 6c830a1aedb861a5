import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const findChromium = (): string | undefined =>
  [process.env.CHROMIUM_PATH ?? '', ...PATHS].find((path) => path !== '' && existsSync(path))

/**
 * The server of an app: its page, its files, and the service behind `/v1`, where it adds the key that no browser may hold.
 */
export async function startAppServer({
  files,
  page,
  api,
  key,
}: {
  files: string
  page: string
  api: string
  key: string
}) {
  const server = createServer(async (req, res) => {
    const path = req.url ?? '/'
    if (path.startsWith('/v1/')) {
      const headers = { ...req.headers, authorization: `Bearer ${key}` }
      const onward = request(`${api}${path}`, { method: req.method, headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(res)
      })
      onward.on('error', () => res.destroy())
      return void req.pipe(onward)
    }
    if (path === '/') return void res.setHeader('Content-Type', 'text/html').end(page)
    const file = await readFile(join(files, normalize(path))).catch(() => undefined)
    if (!file) return void res.writeHead(404).end()
    res.setHeader('Content-Type', path.endsWith('.js') ? 'text/javascript' : 'audio/webm').end(file)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
