import { type Kysely, sql } from 'kysely'
import { expect, test } from 'vitest'
import { newId } from '#base/ids.ts'
import { down, up } from '#migrations/0011-releases.ts'
import { openTestDatabase } from '../support/test-database.ts'

test('texts that were loaded before there were releases are numbered in the order they came', async () => {
  const database = await openTestDatabase()
  // Migrations know no types: the tables are not those of this code while they run.
  const db = database.db as unknown as Kysely<unknown>
  try {
    await down(db)
    const [first, second, other] = [newId(), newId(), newId()]
    const put = (id: string, key: string, hash: string, createdAt: string) =>
      sql`insert into content_versions (content_version_id, kind, content_key, content_hash, content, created_at)
        values (${id}, 'situation', ${key}, ${hash.repeat(64)}, '{}', ${createdAt})`.execute(db)
    await put(second, 'bakery', 'b', '2026-02-01T00:00:00Z')
    await put(first, 'bakery', 'a', '2026-01-01T00:00:00Z')
    await put(other, 'butcher', 'c', '2026-03-01T00:00:00Z')
    // Counted up by going back and forth between two texts.
    await sql`insert into situations (situation_id, content_version_id, situation_name, category, difficulty_level,
        initial_prompt, version) values (${newId()}, ${second}, 'bakery', 'ordering', 'beginner', 'Go on.', 7)`.execute(
      db,
    )

    await up(db)

    const { rows } = await sql`select content_version_id as id, version_number as number from content_versions
      order by content_key, version_number`.execute(db)
    expect(rows).toEqual([
      { id: first, number: 1 },
      { id: second, number: 2 },
      { id: other, number: 1 },
    ])
    const situations = await sql`select version from situations`.execute(db)
    expect(situations.rows).toEqual([{ version: 2 }])
  } finally {
    await database.close()
  }
})
