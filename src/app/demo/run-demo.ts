import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '#features/identity/index.ts'
import { readConfig } from '#platform/config.ts'
import { createLog } from '../log.ts'
import { type RunningService, serve } from '../serve.ts'
import { createDemoClient, type DemoClient, type DemoTurn } from './demo-client.ts'
import { printAssessment, printFeedback, printHeading, printLine, printSummary, whyNot } from './print.ts'

const RECORDING = join(import.meta.dirname, '../../../fixtures/audio/iced-americano.webm')
const SITUATION = 'cafe-ordering'
const VARIATION = 'iced-americano-dongseong-ro'
const LEARNT = [
  'The recording was scored from its sound: each word and each sound in it has a score of its own.',
  'The replies are authored lines, because no model is set up. With a provider key, a model replies and judges the words.',
  'Everything ran on this machine, on a database that is thrown away now.',
  'To go on: follow "Serve it" in README.md.',
]
const TYPED = 'No sugar, thank you.'

/** Starts the real service on a temporary embedded database and plays a learner against it over HTTP. */
export async function runDemo(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'malgil-demo-'))
  try {
    // Nothing of the surroundings may turn the demonstration into a real run: no server database, no paid provider.
    const config = readConfig({ MALGIL_DATA_DIR: dataDir, PORT: '0' })
    printHeading('Starting malgil on a temporary embedded database')
    const service = await serve(config, { log: createLog('warn') })
    try {
      await tellStory(service)
    } finally {
      await service.stop()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function tellStory({ url, database }: RunningService): Promise<void> {
  console.log(`Listening on ${url}`)
  const { key } = await createApp({ db: database.db }, { name: 'demo' })
  const client = createDemoClient({ url, key })

  printHeading('A learner and a situation')
  const { userId } = await client.putUser('demo-learner', {
    displayName: 'Haneul (fictional)',
    languageLevel: 'beginner',
  })
  const variation = await client.findVariation(SITUATION, VARIATION)
  const session = await client.startSession(userId, variation.variationId)
  console.log(`${SITUATION} / ${VARIATION}: ${variation.specificContext.trim()}`)

  printHeading('A spoken turn: fixtures/audio/iced-americano.webm (a synthetic voice)')
  printLine('partner', session.opener)
  const spoken = await client.speak(userId, session.sessionId, await readFile(RECORDING))
  printTurn(spoken)

  printHeading('A typed turn')
  const typed = await client.write(userId, session.sessionId, TYPED)
  printTurn(typed)

  await finish(client, userId, session.sessionId)
  printHeading('What this showed')
  for (const line of LEARNT) console.log(`· ${line}`)
}

function printTurn(turn: DemoTurn): void {
  printLine('learner', turn.transcript?.text ?? '(not understood)')
  printLine(
    'partner',
    turn.reply?.text ?? '',
    turn.reply?.scripted ? 'scripted: an authored line, no model was asked' : '',
  )
  if (turn.assessment) printAssessment(turn.assessment)
  else console.log(`sound    not scored: ${whyNot(turn.unscoredReason)}`)
  printFeedback(turn)
}

async function finish(client: DemoClient, userId: string, sessionId: string): Promise<void> {
  printHeading('The session, completed')
  printSummary(await client.complete(userId, sessionId, { difficultyRating: 3, satisfactionRating: 5 }))
}
