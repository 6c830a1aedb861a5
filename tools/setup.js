// Makes a checkout ready to start, demonstrate and test: the packages, the pinned Node, ffmpeg.
// Plain JavaScript for any Node from 18 on, because it runs before the pinned Node is there.
// When nothing is missing it says nothing.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { underLock } from './checkout-lock.js'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const nodePackage = path.join(root, 'node_modules', 'node')
const pinnedNode = path.join(nodePackage, 'bin', 'node')
const pinnedNodeLink = path.join(root, 'node_modules', '.bin', 'node')

class SetupError extends Error {}

try {
  if (!isReady()) underLock(root, install)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(error.message)
  process.exitCode = 1
}

function isReady() {
  return packagesMatchLockfile() && pinnedNodeRuns() && isOnPath('ffmpeg')
}

/** Every step looks again at what is missing: another setup may have installed it while this one waited. */
function install() {
  if (!packagesMatchLockfile()) installPackages()
  if (!pinnedNodeRuns()) installPinnedNode()
  if (!isOnPath('ffmpeg')) installFfmpeg()
}

/** npm writes its own record into node_modules as its last step, so an interrupted install never matches. */
function packagesMatchLockfile() {
  const installed = readPackages(path.join(root, 'node_modules', '.package-lock.json'))
  if (!installed) return false
  const locked = Object.entries(readPackages(path.join(root, 'package-lock.json')) ?? {})
  return locked.every(([location, entry]) => location === '' || isInstalled(installed[location], entry))
}

/** Packages for other platforms are marked optional, and npm leaves them out. */
function isInstalled(installed, locked) {
  if (!installed) return locked.optional === true
  return installed.version === locked.version && installed.integrity === locked.integrity
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * Install scripts stay off: newer npm versions block them anyway, and the only one that matters,
 * the one of the package `node`, is run by name afterwards.
 */
function installPackages() {
  console.error('Installing the packages of package-lock.json')
  const npm = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { error, status } = spawnSync('npm', npm, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (error) throw new SetupError('npm was not found; install Node with npm and run this again.')
  if (status !== 0) {
    throw new SetupError('npm ci failed; correct what it reports above, or the network, and run this again.')
  }
}

function pinnedNodeRuns() {
  const wanted = `v${readVersion(path.join(nodePackage, 'package.json'))}`
  if (!isExecutable(pinnedNodeLink)) return false
  if (process.execPath === pinnedNode) return process.version === wanted
  return spawnSync(pinnedNodeLink, ['--version'], { encoding: 'utf8' }).stdout?.trim() === wanted
}

function readVersion(packageFile) {
  try {
    return JSON.parse(readFileSync(packageFile, 'utf8')).version
  } catch {
    return undefined
  }
}

/** The package fetches the binary of this platform in its preinstall script; npm alone would also link it. */
function installPinnedNode() {
  console.error('Installing the pinned Node')
  // A binary that does not run here would be found first on PATH by the script and by npm.
  rmSync(pinnedNodeLink, { force: true })
  rmSync(pinnedNode, { force: true })
  const runner = existsSync(process.execPath) ? process.execPath : 'node'
  const { status, stderr } = spawnSync(runner, ['installArchSpecificPackage.js'], {
    cwd: nodePackage,
    env: { ...process.env, npm_config_loglevel: 'error', npm_config_ignore_scripts: 'true' },
    encoding: 'utf8',
  })
  if (status === 0) {
    mkdirSync(path.dirname(pinnedNodeLink), { recursive: true })
    symlinkSync(path.relative(path.dirname(pinnedNodeLink), pinnedNode), pinnedNodeLink)
    if (pinnedNodeRuns()) return
  }
  for (const line of (stderr ?? '').split('\n')) if (line.startsWith('npm ')) console.error(line)
  throw new SetupError(
    `The pinned Node could not be installed for ${process.platform} ${process.arch}; remove node_modules, check the network, and run this again.`,
  )
}

function isOnPath(program) {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => folder !== '' && isExecutable(path.join(folder, program)))
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function installFfmpeg() {
  const isRoot = process.getuid?.() === 0
  if (!isRoot || !existsSync('/etc/debian_version') || !isOnPath('apt-get')) {
    throw new SetupError(
      'ffmpeg was not found; install it (sudo apt-get install ffmpeg, sudo dnf install ffmpeg, or brew install ffmpeg) and run this again.',
    )
  }
  console.error('Installing ffmpeg with apt-get')
  aptGet(['update', '-qq'])
  aptGet(['install', '-y', '-qq', '--no-install-recommends', 'ffmpeg'])
}

function aptGet(command) {
  const { status, stdout, stderr } = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...command], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  if (status === 0) return
  const lastLines = `${stdout}${stderr}`.trim().split('\n').slice(-10).join('\n')
  throw new SetupError(
    `${lastLines}\napt-get could not install ffmpeg; install ffmpeg by hand and run this again.`,
  )
}
