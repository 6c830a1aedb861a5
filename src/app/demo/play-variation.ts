import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findVariation, readContent } from '#features/content/index.ts'
import { createApp } from '#features/identity/index.ts'
import { readConfig } from '#platform/config.ts'
import { createLog } from '../log.ts'
import { serve } from '../serve.ts'
import { createDemoClient, type DemoClient, type DemoSession, type DemoTurn } from './demo-client.ts'
import { printCorrections, printFeedback, printLine, printSummary } from './print.ts'

const HINT = '?'
const SCRIPTED = 'scripted: an authored line, no model was asked'

type Environment = Record<string, string | undefined>
type Game = { client: DemoClient; userId: string; sessionId: string }

/**
 * Plays a variation of the files in the terminal, against the real service with the models of the environment, on a
 * database that is thrown away. Each line of stdin is a turn; its end, or the session's, completes the session.
 */
export async function playVariation(name: string, environment: Environment): Promise<void> {
  const root = readConfig(environment).contentDir
  const whyNone = `There is no sound variation ${name} below ${root}: see malgil content check`
  const { situation, variation } = findVariation(readContent(root), name, whyNone)
  const dataDir = await mkdtemp(join(tmpdir(), 'malgil-play-'))
  try {
    const service = await serve(readConfig(onlyHere(environment, dataDir)), { log: createLog('error') })
    try {
      const { key } = await createApp({ db: service.database.db }, { name: 'play' })
      const client = createDemoClient({ url: service.url, key })
      const { userId } = await client.putUser('player', {})
      const { variationId } = await client.findVariation(situation.situation_name, variation.variation_name)
      const session = await client.startSession(userId, variationId)
      await play({ client, userId, sessionId: session.sessionId }, session)
    } finally {
      await service.stop()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Its own database and a free port; what is played are the files, whatever label is served elsewhere. */
const onlyHere = (environment: Environment, dataDir: string): Environment => ({
  ...environment,
  DATABASE_URL: undefined,
  MALGIL_DATA_DIR: dataDir,
  MALGIL_CONTENT: 'files',
  HOST: '127.0.0.1',
  PORT: '0',
})

async function play(game: Game, { opener, goals }: DemoSession): Promise<void> {
  for (const { description } of goals) console.log(`· ${description}`)
  console.log(`Type what the learner says; "${HINT}" asks for a hint, Ctrl-C ends.\n`)
  printLine('partner', opener)
  const lines = createInterface({ input: process.stdin })
  const end = () => lines.close()
  process.once('SIGINT', end)
  try {
    for await (const line of lines) {
      if (line.trim() !== '' && (await take(game, line.trim())) === 'over') break
    }
  } finally {
    end()
    process.off('SIGINT', end)
  }
  console.log('')
  printSummary(await game.client.complete(game.userId, game.sessionId, {}))
}

async function take({ client, userId, sessionId }: Game, line: string): Promise<'over' | 'goes on'> {
  if (line === HINT) {
    const { level, text } = await client.hint(userId, sessionId)
    console.log(`hint ${level}   ${text.en}${text.ko ? ` / ${text.ko}` : ''}`)
    return 'goes on'
  }
  // In a terminal it stands there already.
  if (!process.stdin.isTTY) printLine('learner', line)
  printTurn(await client.write(userId, sessionId, line))
  const { goals, sessionOver } = await client.session(userId, sessionId)
  console.log(`goals    ${goals.filter(({ met }) => met).length} of ${goals.length}`)
  if (!sessionOver) return 'goes on'
  console.log(`over     ${sessionOver.reason}`)
  return 'over'
}

function printTurn(turn: DemoTurn): void {
  const { reply, judgement, problem } = turn
  if (problem) console.log(`problem  ${problem.code}: ${problem.detail}`)
  if (reply) printLine('partner', reply.text, reply.scripted ? SCRIPTED : '')
  printFeedback(turn)
  printCorrections(judgement?.corrections ?? [])
}
