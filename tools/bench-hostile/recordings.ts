import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { mp4Bomb } from '../../test/support/mp4-bombs.ts'

export type Recording = { name: string; bytes: Buffer }

const SAMPLES = 80_000_000

export const ordinaryRecording = (): Recording => ({
  name: 'ordinary',
  bytes: readFileSync(new URL('../../fixtures/audio/iced-americano.webm', import.meta.url)),
})

/** Files that cost far more than their bytes, made here, and those that the caller names. */
export function hostileRecordings(directory: string, paths: readonly string[]): Recording[] {
  const bombs = (['stsz', 'trun'] as const).flatMap((kind) =>
    [1, 2, 12].map((tracks) => ({
      name: `${kind}, ${tracks} tracks`,
      bytes: mp4Bomb({ kind, tracks, samples: SAMPLES }),
    })),
  )
  const wide = join(directory, 'wide.flac')
  const source = ['-f', 'lavfi', '-i', 'anullsrc=r=192000:cl=7.1:d=119']
  execFileSync('ffmpeg', ['-v', 'error', ...source, '-c:a', 'flac', wide])
  return [
    ...bombs,
    { name: '119 s, 192 kHz, 8 ch', bytes: readFileSync(wide) },
    ...paths.map((path) => ({ name: basename(path), bytes: readFileSync(path) })),
  ]
}
