export { findRecording, updateDuration, upsertRecording } from './queries.ts'
export { storageKeyOf } from './recording.ts'
export { recordingNotFound, recordingRoutes } from './routes.ts'
