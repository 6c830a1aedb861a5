/** Writes fixtures/canary/expected.json: what the scorer says now. Only after a change of scores that was meant. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSpeechEngine } from '#engines/speech/engine.ts'
import { CANARIES, singCanaries } from '../test/support/canaries.ts'

const speech = createSpeechEngine({ threads: 2 })
await writeFile(join(CANARIES, 'expected.json'), `${JSON.stringify(await singCanaries(speech), null, 2)}\n`)
await speech.close()
