import { createHash } from 'node:crypto'

/** Tells whether a repeated key came with the same request. Keys of the object in the order the caller writes them. */
export function hashRequest(request: Record<string, string | null | undefined>): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex')
}
