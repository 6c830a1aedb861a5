/**
 * `npm run client:build` writes the package `malgil-client` to `dist/client` and packs it beside it, ready for
 * `npm install`. `-- --out DIRECTORY` puts both elsewhere.
 */
import { execFile } from 'node:child_process'
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PARSER = 'eventsource-parser'
const run = promisify(execFile)

const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist') } } })
const out = resolve(values.out)
const directory = join(out, 'client')

await rm(directory, { recursive: true, force: true })
await mkdir(directory, { recursive: true })
await compile()
await bringParser()
await rewriteImports()
await writeManifest()
await copyFile(join(ROOT, 'LICENSE'), join(directory, 'LICENSE'))
await copyFile(join(ROOT, 'tools/client-build/README.md'), join(directory, 'README.md'))
const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', out], { cwd: directory })
console.log(join(out, stdout.trim()))

async function compile(): Promise<void> {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const options = ['--noEmit', 'false', '--declaration', '--rewriteRelativeImportExtensions']
  const target = [
    '--target',
    'es2022',
    '--allowImportingTsExtensions',
    'false',
    '--rootDir',
    'src/client',
    '--outDir',
    directory,
  ]
  await run(process.execPath, [tsc, '-p', 'tsconfig.client.json', ...options, ...target], { cwd: ROOT })
}

/** The one library of the client comes inside the package, with its licence: an app installs nothing else. */
async function bringParser(): Promise<void> {
  const from = join(ROOT, 'node_modules', PARSER)
  const files = (await readdir(join(from, 'dist'))).filter((name) => name.endsWith('.js'))
  await mkdir(join(directory, PARSER))
  for (const name of files) await copyFile(join(from, 'dist', name), join(directory, PARSER, name))
  await cp(join(from, 'LICENSE'), join(directory, PARSER, 'LICENSE'))
}

/** Browsers find files by their address only; declarations keep `.ts`, which only a compiler option would allow. */
async function rewriteImports(): Promise<void> {
  for (const name of (await readdir(directory)).filter((one) => /\.(js|d\.ts)$/.test(one))) {
    const source = await readFile(join(directory, name), 'utf8')
    const rewritten = source
      .replaceAll(`'${PARSER}'`, `'./${PARSER}/index.js'`)
      .replace(/(from ['"]\.\/[\w-]+)\.ts(['"])/g, '$1.js$2')
    await writeFile(join(directory, name), rewritten)
  }
}

async function writeManifest(): Promise<void> {
  const { version, license }: Record<string, unknown> = JSON.parse(
    await readFile(join(ROOT, 'package.json'), 'utf8'),
  )
  const manifest = {
    name: 'malgil-client',
    version,
    description: 'The client of malgil, for Node and browsers',
    license,
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20' },
    types: './index.d.ts',
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
  }
  await writeFile(join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}
