import { createCircuits } from '#engines/llm/circuits.ts'
import type { LlmRequest } from '#engines/llm/provider.ts'
import { createScriptedProvider } from '#engines/llm/providers/scripted.ts'
import { connect } from './connect.ts'
import type { TestCase } from './test-case.ts'

const ANY_ANSWER = '…'
const nothing = async () => {}

/** What a test would ask a model, without asking one. */
export async function requestsOf(test: TestCase): Promise<LlmRequest[]> {
  const scripted = { provider: createScriptedProvider(), model: 'scripted' }
  const connection = connect(
    {
      routeFor: () => [scripted],
      circuits: createCircuits(),
      tally: { started: nothing, finished: nothing, callsOf: () => [] },
      now: () => new Date(0),
    },
    { ...test, recorded: [ANY_ANSWER], recordedOnly: true },
  )
  await test.play(connection)
  return connection.requests
}
