/** What all keys begin with. */
export const RECORDINGS = 'recordings'

export type Recording = {
  recordingId: string
  userId: string
  storageKey: string
  contentType: string
  byteCount: number
  durationMs: number | null
  createdAt: Date
}

/** Where all recordings of a learner are. */
export const folderOf = (userId: string) => `${RECORDINGS}/${userId}`

/** Kept under its learner, so that erasing a person is erasing a folder, and no learner's audio is another's. */
export const storageKeyOf = (userId: string, sha256: string) => `${folderOf(userId)}/${sha256}`
