import { z } from 'zod'
import type { RootDb } from '#platform/db/db.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { uuidField } from '#platform/http/fields.ts'
import { decodeIdCursor, pageOf, pageQuery, toPage } from '#platform/http/paging.ts'
import { sendFile } from '#platform/http/send-file.ts'
import { type EraseRecordingDeps, eraseRecording } from './erase-recording.ts'
import { recordingNotFound } from './errors.ts'
import { findRecording, listRecordings } from './queries.ts'
import type { Recording } from './recording.ts'

export type RecordingRouteDeps = EraseRecordingDeps & { db: RootDb }

const TAG = 'Recordings'
const UserParams = z.object({ userId: uuidField().describe('Of the learner') })
const RecordingParams = UserParams.extend({ recordingId: uuidField().describe('Of the recording') })

const RecordingWire = z
  .object({
    recordingId: z.uuid().describe('Of the recording'),
    contentType: z.string().describe('What kind of sound it is, by its bytes'),
    byteCount: z.int().describe('Size of the file'),
    durationMs: z.int().nullable().describe('How long it is; null until it was decoded'),
    createdAt: z.iso.datetime().describe('When it was first sent'),
  })
  .meta({ id: 'Recording', description: 'A sound that a learner sent' })

export function recordingRoutes(deps: RecordingRouteDeps): Endpoint[] {
  return [listEndpoint(deps), readEndpoint(deps), deleteEndpoint(deps)]
}

const listEndpoint = ({ db }: RecordingRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users/{userId}/recordings',
    operationId: 'listRecordings',
    tag: TAG,
    summary: 'The recordings of a learner that are kept',
    params: UserParams,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'The newest first', schema: pageOf(RecordingWire) } },
    async handle({ params: { userId }, query: { limit, cursor }, res }) {
      const rows = await listRecordings(db, { userId, before: decodeIdCursor(cursor), limit })
      const keyOf = ({ recordingId }: Recording) => recordingId
      res.json(toPage(rows, { limit, keyOf, present: presentRecording }))
    },
  })

const readEndpoint = ({ db, files }: RecordingRouteDeps) =>
  endpoint({
    method: 'get',
    path: '/users/{userId}/recordings/{recordingId}',
    operationId: 'getRecording',
    tag: TAG,
    summary: 'The audio as it was sent',
    params: RecordingParams,
    answers: {
      200: { description: 'The file', contentType: 'audio/*' },
      206: { description: 'The part that `Range` asked for', contentType: 'audio/*' },
    },
    problems: { 404: ['recording.not_found'], 416: ['request.range_not_satisfiable'] },
    async handle({ params, res }) {
      const recording = await findRecording(db, params)
      if (!recording || !(await files.has(recording.storageKey))) throw recordingNotFound()
      await files.withPath(recording.storageKey, (path) =>
        sendFile(res, path, {
          'Content-Type': recording.contentType,
          'Content-Disposition': 'attachment',
          // Stored under the hash of its content.
          ETag: `"${recording.storageKey.split('/').at(-1)}"`,
        }),
      )
    },
  })

const deleteEndpoint = (deps: RecordingRouteDeps) =>
  endpoint({
    method: 'delete',
    path: '/users/{userId}/recordings/{recordingId}',
    operationId: 'deleteRecording',
    tag: TAG,
    summary: 'Delete a recording, for good',
    description:
      'The file is gone when this answers. What was transcribed and scored from it stays with its turn or message; a turn ' +
      'that has not heard it yet fails with `recording.not_found`.',
    params: RecordingParams,
    answers: { 204: { description: 'Deleted' } },
    problems: { 404: ['recording.not_found'] },
    async handle({ params, res }) {
      await eraseRecording(deps, params)
      res.status(204).end()
    },
  })

const presentRecording = ({
  recordingId,
  contentType,
  byteCount,
  durationMs,
  createdAt,
}: Recording): z.output<typeof RecordingWire> => ({
  recordingId,
  contentType,
  byteCount,
  durationMs,
  createdAt: createdAt.toISOString(),
})
