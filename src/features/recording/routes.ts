import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import type { RootDb } from '#platform/db/db.ts'
import type { FileStore } from '#platform/files/file-store.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { uuidField } from '#platform/http/fields.ts'
import { sendFile } from '#platform/http/send-file.ts'
import { findRecording } from './queries.ts'

export const recordingNotFound = () =>
  new AppError('not_found', 'recording.not_found', 'There is no such recording of this user')

export function recordingRoutes({ db, files }: { db: RootDb; files: FileStore }): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/users/{userId}/recordings/{recordingId}',
      operationId: 'getRecording',
      tag: 'Recordings',
      summary: 'The audio as it was sent',
      params: z.object({
        userId: uuidField().describe('Of the learner'),
        recordingId: uuidField().describe('Of the recording'),
      }),
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
    }),
  ]
}
