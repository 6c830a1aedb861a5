import { z } from 'zod'
import { textField } from './fields.ts'
import { requestInvalid } from './parse.ts'

const MAX_LIMIT = 100
const DEFAULT_LIMIT = 50

/** The query of every list: `limit` and the `nextCursor` of the page before. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT).describe('How many at most'),
  cursor: textField(500).optional().describe('The `nextCursor` of the page before'),
}

export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item).describe('This page'),
    nextCursor: z.string().nullable().describe('Ask for the next page with it; null on the last'),
  })

/** A cursor is the sort key of the last item seen, opaque to clients. */
export function encodeCursor(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url')
}

export function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  if (encodeCursor(key) !== cursor || key.includes('\0')) throw notOurCursor()
  return key
}

/** Of a list whose sort key is an id. */
export function decodeIdCursor(cursor: string | undefined): string | undefined {
  const key = decodeCursor(cursor)
  if (key !== undefined && !z.uuid().safeParse(key).success) throw notOurCursor()
  return key
}

/** Made up by somebody: the database would refuse it with an error of its own. */
export const notOurCursor = () =>
  requestInvalid([{ path: 'cursor', message: 'Not a cursor that this list gave' }])

/** `rows` holds one more than `limit` when there is a next page. */
export function toPage<Row, Item>(
  rows: Row[],
  { limit, keyOf, present }: { limit: number; keyOf: (row: Row) => string; present: (row: Row) => Item },
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(present),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  }
}
