/** The floor of taking a turn in: bare Express, and one insert into the database in its first argument. */
import { createServer } from 'node:http'
import express from 'express'
import pg from 'pg'
import { newId } from '#base/ids.ts'
import { serveOnFreePort } from './child.ts'

const pool = new pg.Pool({ connectionString: process.argv[2], max: 20 })
await pool.query(
  'create table if not exists bench_turns (id uuid primary key, user_id uuid not null, text text not null, at timestamptz not null default now())',
)
const app = express()
app.post('/turns', express.json(), async (request, response) => {
  const id = newId()
  await pool.query('insert into bench_turns (id, user_id, text) values ($1, $2, $3)', [
    id,
    newId(),
    request.body.text,
  ])
  response.status(202).json({ id })
})
serveOnFreePort(createServer(app))
