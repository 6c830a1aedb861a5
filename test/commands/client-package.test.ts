import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, startAppServer } from '../support/browser-page.ts'
import {
  addNodeTypes,
  type ClientProject,
  givenClientProject,
  readReadmeProgram,
} from '../support/client-project.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

const NODENEXT = ['--module', 'nodenext', '--types', 'node']
const BUNDLER = ['--module', 'esnext', '--moduleResolution', 'bundler']
const ES2022 = ['--target', 'es2022']

let app: TestApp
let project: ClientProject
let key: string
beforeAll(async () => {
  app = await startTestApp()
  key = (await app.newApp()).key
  project = await givenClientProject()
  await project.write('readme.ts', await readReadmeProgram())
  await project.write('page.ts', PAGE_PROGRAM)
})
afterAll(async () => {
  await project?.dispose()
  await app.close()
})

/** What a page of an app does: the same origin has the service, so there is no key here. */
const PAGE_PROGRAM = `
import { createMalgilClient } from 'malgil-client'

const malgil = createMalgilClient({ baseUrl: location.origin })
const { userId } = await malgil.call('PUT /v1/users/by-external-id/{externalId}', {
  path: { externalId: 'browser' },
  body: {},
})
const situations = await malgil.call('GET /v1/situations')
const situationId = situations.items.find(({ name }) => name === 'cafe-ordering')?.situationId ?? ''
const variations = await malgil.call('GET /v1/situations/{situationId}/variations', { path: { situationId } })
const variationId = variations.items.find(({ name }) => name === 'iced-americano-dongseong-ro')?.variationId ?? ''
const { sessionId } = await malgil.call('POST /v1/users/{userId}/practice-sessions', {
  path: { userId },
  body: { variationId },
})
const audio = await (await fetch('/fixtures/audio/iced-americano.webm')).blob()
const turn = 'POST /v1/users/{userId}/practice-sessions/{sessionId}/turns'
const names: string[] = []
for await (const event of malgil.stream(turn, { path: { userId, sessionId }, form: { audio } })) {
  names.push(event.event)
  if (event.event !== 'turn.completed') continue
  document.title = JSON.stringify({ score: event.data.assessment?.scores.overall, names })
}
`

describe('the package malgil-client', () => {
  test('installs offline with no dependency, as JavaScript with declarations (faults.md J8)', async () => {
    const root = join(project.directory, 'node_modules/malgil-client')
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest).toMatchObject({ license: 'Apache-2.0', sideEffects: false })
    const lock = JSON.parse(await readFile(join(project.directory, 'package-lock.json'), 'utf8'))
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/malgil-client'])
    expect(await readFile(join(root, 'LICENSE'), 'utf8')).toContain('Apache License')
    expect(await readFile(join(root, 'eventsource-parser/LICENSE'), 'utf8')).toContain('MIT License')
  })

  test('is strict TypeScript for a page under bundler, without the types of Node', async () => {
    const types = ['--lib', 'es2022,dom,dom.iterable,dom.asynciterable', '--types', '']
    await project.compile([...BUNDLER, ...ES2022, ...types, '--noEmit', 'page.ts'])
  })

  test('refuses a call that the service does not have, so its types are really read', async () => {
    await project.write(
      'wrong.ts',
      "import { createMalgilClient } from 'malgil-client'\nawait createMalgilClient({ baseUrl: '' }).call('GET /v1/nothing')\n",
    )
    const options = ['--lib', 'es2022,dom', '--types', '', '--noEmit', 'wrong.ts']
    await expect(project.compile([...BUNDLER, ...ES2022, ...options])).rejects.toThrow(/GET \/v1\/nothing/)
  })

  describe('with the program of the README', () => {
    beforeAll(async () => {
      await addNodeTypes(project)
      await project.compile([...NODENEXT, ...ES2022, 'readme.ts'])
    })

    test('is strict TypeScript for Node under bundler too', () =>
      project.compile([...BUNDLER, ...ES2022, '--types', 'node', '--noEmit', 'readme.ts']))

    test('gets a score under the pinned Node', () => expectScore(process.execPath))

    const older = findOlderNode()
    test.skipIf(!older)(
      `gets a score under Node 20 or 22${older ? '' : ': this machine has neither (set OLDER_NODE)'}`,
      () => expectScore(older ?? ''),
    )

    async function expectScore(node: string) {
      const printed = await project.run(node, ['readme.js'], { MALGIL_URL: app.url, MALGIL_KEY: key })
      expect(printed).toMatch(/score: \d+/)
      expect(printed).toMatch(/overall: \d+/)
    }
  })

  const browser = findChromium()
  test.skipIf(!browser)(
    `sends sound and follows the turn in a browser${browser ? '' : ': no Chromium here (set CHROMIUM_PATH)'}`,
    async () => {
      await project.compile([
        ...BUNDLER,
        '--target',
        'es2022',
        '--lib',
        'es2022,dom,dom.iterable',
        '--types',
        '',
        'page.ts',
      ])
      const imports = '{"imports":{"malgil-client":"/node_modules/malgil-client/index.js"}}'
      const page = `<script type="importmap">${imports}</script><script type="module" src="/page.js"></script>`
      const server = await startAppServer({ files: project.directory, page, api: app.url, key })
      const chrome = await chromium.launch({ executablePath: browser ?? '', args: ['--no-sandbox'] })
      try {
        const tab = await chrome.newPage()
        const faults: string[] = []
        tab.on('pageerror', (error) => faults.push(error.message))
        await tab.goto(server.url)
        await tab.waitForFunction('document.title !== ""', undefined, { timeout: 40_000 }).catch(() => {
          throw new Error(`The page came to no score: ${faults.join('; ')}`)
        })
        const { score, names } = JSON.parse(await tab.title())
        expect(score).toBeGreaterThan(0)
        expect(names).toEqual(expect.arrayContaining(['turn.received', 'reply.delta', 'turn.completed']))
      } finally {
        await chrome.close()
        await server.close()
      }
    },
  )
})

/** Of the machine, not of the project: the project pins Node 24. */
function findOlderNode(): string | undefined {
  const places = [process.env.OLDER_NODE ?? '', '/usr/local/bin/node', '/usr/bin/node']
  return places.filter((path) => path !== '').find((path) => /^v2[02]\./.test(versionOf(path)))
}

function versionOf(node: string): string {
  try {
    return execFileSync(node, ['--version'], { encoding: 'utf8' })
  } catch {
    return ''
  }
}
