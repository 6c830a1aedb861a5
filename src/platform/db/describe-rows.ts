import { sql } from 'kysely'
import type { Db } from './db.ts'

export type TableContents = {
  table: string
  rowCount: number
  fullestRow: Record<string, unknown>
}

/** Every table that has rows, with the one that says most. For people to look at: reads each table in full. */
export async function describeRows(db: Db): Promise<TableContents[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'kysely%'
    order by table_name`.execute(db)
  const contents: TableContents[] = []
  for (const { name } of tables) {
    const { rows } = await sql<{ count: number; row: Record<string, unknown> }>`
      select count(*) over () as count, to_jsonb(t) as row from ${sql.table(name)} t
      order by (select count(*) from jsonb_each(to_jsonb(t)) where value <> 'null') desc limit 1`.execute(db)
    const [fullest] = rows
    if (fullest) contents.push({ table: name, rowCount: fullest.count, fullestRow: fullest.row })
  }
  return contents
}
