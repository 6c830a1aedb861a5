import type { Response } from 'express'
import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import type { RootDb } from '#platform/db/db.ts'
import type { FileStore } from '#platform/files/file-store.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { uuidField } from '#platform/http/fields.ts'
import { findRecording } from './queries.ts'
import type { Recording } from './recording.ts'

export const recordingNotFound = () =>
  new AppError('not_found', 'recording.not_found', 'There is no such recording of this user')

const rangeNotSatisfiable = () =>
  new AppError(
    'range_not_satisfiable',
    'recording.range_not_satisfiable',
    'The recording is shorter than the part that was asked for',
  )

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
      problems: { 404: ['recording.not_found'], 416: ['recording.range_not_satisfiable'] },
      async handle({ params, res }) {
        const recording = await findRecording(db, params)
        if (!recording || !(await files.has(recording.storageKey))) throw recordingNotFound()
        await files.withPath(recording.storageKey, (path) => sendRange(res, path, recording))
      },
    }),
  ]
}

/** The whole file, or the part that `Range` asks for (RFC 9110, section 14): Safari plays nothing else. */
function sendRange(res: Response, path: string, { contentType, storageKey }: Recording): Promise<void> {
  const headers = {
    'Content-Type': contentType,
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Disposition': 'attachment',
    // Stored under the hash of its content.
    ETag: `"${storageKey.split('/').at(-1)}"`,
  }
  const options = { headers, cacheControl: false, lastModified: false, dotfiles: 'allow' } as const
  return new Promise((resolve, reject) => {
    res.sendFile(path, options, (error?: unknown) =>
      isWorthReporting(error) ? reject(toAppError(error)) : resolve(),
    )
  })
}

/** A client that leaves early is no failure. */
const isWorthReporting = (error: unknown) =>
  error instanceof Error &&
  !('code' in error && ['ECONNABORTED', 'EPIPE', 'ECONNRESET'].includes(String(error.code)))

const toAppError = (error: unknown) =>
  error instanceof Error && 'status' in error && error.status === 416 ? rangeNotSatisfiable() : error
