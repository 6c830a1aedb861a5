/**
 * What recordings made to exhaust a server cost a served malgil: time and memory of the service with its ffmpeg.
 *   npm run bench:hostile [-- FILE …]
 * Each recording goes in four times at once as an assessment, a turn and a message. Exits 1 when a limit is passed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMalgilClient } from '../../src/client/index.ts'
import { runMalgil, startServe } from '../../test/support/malgil-process.ts'
import { treeMemoryMb, watchMemory } from './memory.ts'
import { hostileRecordings, ordinaryRecording, type Recording } from './recordings.ts'

const AT_ONCE = 4
const MAX_ADDED_MB = 300
const MAX_SECONDS = 5

const directory = mkdtempSync(join(tmpdir(), 'malgil-hostile-'))
const env = { MALGIL_DATA_DIR: join(directory, 'data'), MALGIL_LOG_LEVEL: 'info' }
const key = (await runMalgil(['apps', 'create', 'bench'], env)).stdout.trim()
const service = await startServe({ ...env, MALGIL_SPEECH_THREADS: '2' })
const client = createMalgilClient({ baseUrl: service.url, apiKey: key })

const { userId } = await client.call('PUT /v1/users/by-external-id/{externalId}', {
  path: { externalId: 'bench' },
  body: {},
})
const variationId = await findVariation()
let isOver = false

// Each thread loads its models with its first recording.
await Promise.all([1, 2].map(() => sendAssessment(ordinaryRecording())))
print('recording', 'sent as', 'answers', 'slowest s', 'added MB')
for (const recording of hostileRecordings(directory, process.argv.slice(2))) {
  await measure('assessment', recording, sendAssessment)
  await measure('turn', recording, sendTurn)
  await measure('message', recording, sendMessage)
}
await service.kill('SIGTERM')
rmSync(directory, { recursive: true })
process.exitCode = isOver ? 1 : 0

type Send = (recording: Recording) => Promise<Response>

async function measure(as: string, recording: Recording, send: Send): Promise<void> {
  const beforeMb = treeMemoryMb(service.pid)
  const memory = watchMemory(service.pid)
  const startedAt = performance.now()
  const answers = await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      const response = await send(recording)
      const body: unknown = await response.json()
      const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : response.status
      return { code: String(code), seconds: (performance.now() - startedAt) / 1_000 }
    }),
  )
  const addedMb = memory.stop() - beforeMb
  const slowest = Math.max(...answers.map(({ seconds }) => seconds))
  const codes = [...new Set(answers.map(({ code }) => code))].join(' ')
  isOver ||= addedMb > MAX_ADDED_MB || slowest > MAX_SECONDS
  print(recording.name, as, codes, slowest.toFixed(2), addedMb.toFixed(0))
}

async function sendAssessment(recording: Recording): Promise<Response> {
  return post('/v1/assessments', recording, { text: 'Can I get an iced americano, please?' })
}

async function sendTurn(recording: Recording): Promise<Response> {
  const { sessionId } = await client.call('POST /v1/users/{userId}/practice-sessions', {
    path: { userId },
    body: { variationId },
  })
  return post(`/v1/users/${userId}/practice-sessions/${sessionId}/turns`, recording, {})
}

async function sendMessage(recording: Recording): Promise<Response> {
  const { conversationId } = await client.call('POST /v1/users/{userId}/conversations', {
    path: { userId },
    body: { personaId: 'daegu-friend' },
  })
  const messages = `/v1/users/${userId}/conversations/${conversationId}/messages`
  return post(messages, recording, { transcript: 'Hello there' })
}

function post(path: string, { bytes }: Recording, fields: Record<string, string>): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  form.set('audio', new Blob([new Uint8Array(bytes)]), 'recording')
  return fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}` },
    body: form,
  })
}

async function findVariation(): Promise<string> {
  const { items: situations } = await client.call('GET /v1/situations', {})
  const { items } = await client.call('GET /v1/situations/{situationId}/variations', {
    path: { situationId: situations[0]?.situationId ?? '' },
  })
  return items[0]?.variationId ?? ''
}

function print(...[name, as, answers, seconds, mb]: string[]): void {
  console.log(
    `${name?.padEnd(24)}${as?.padEnd(12)}${answers?.padEnd(26)}${seconds?.padStart(9)}${mb?.padStart(10)}`,
  )
}
