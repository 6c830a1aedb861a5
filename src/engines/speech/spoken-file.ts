/** A file that was received and is audio by its bytes, still outside of the store. */
export type SpokenFile = { path: string; sha256: string; byteCount: number; contentType: string }

/** One that was just received. */
type ReceivedFile = Omit<SpokenFile, 'contentType'> & { discard: () => Promise<void> }

/** Decides by its bytes what the file is; throws for what is no audio. */
export type SniffAudio = (path: string) => Promise<{ contentType: string }>

/** `work` gets the upload as audio; what it does not move away is gone afterwards. */
export async function withSpokenFile<Result>(
  upload: ReceivedFile,
  sniffAudio: SniffAudio,
  work: (file: SpokenFile) => Promise<Result>,
): Promise<Result> {
  const { path, sha256, byteCount } = upload
  try {
    const { contentType } = await sniffAudio(path)
    return await work({ path, sha256, byteCount, contentType })
  } finally {
    await upload.discard()
  }
}
