// Run as a program of its own: what the speech engine's check says where PATH has ffmpeg but not util-linux.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '#platform/child-process/find-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'malgil-path-'))
symlinkSync(findProgram('ffmpeg') ?? '', join(folder, 'ffmpeg'))
process.env.PATH = folder
const { createSpeechEngine } = await import('#engines/speech/engine.ts')
const engine = createSpeechEngine({ threads: 1 })
console.log(JSON.stringify(await engine.check()))
await engine.close()
rmSync(folder, { recursive: true })
