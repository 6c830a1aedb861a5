import { AppError } from '#base/errors.ts'
import type { LlmRequest } from '#engines/llm/provider.ts'
import { createAskStructured } from '#engines/llm/structured.ts'
import type { PersonaTest, PromptTest, VariationTest } from '../authored-tests.ts'
import type { PersonaFile } from '../persona-file.ts'
import type { PromptFile } from '../prompt-file.ts'
import { renderPrompt } from '../render-prompt.ts'
import type { VariationFile } from '../situation-file.ts'
import type { Connection } from './connect.ts'
import type { Played, PlayedTurn } from './played.ts'
import type { NextLine } from './simulate-learner.ts'
import type { Players, Render } from './test-case.ts'

export const MAX_FREE_TURNS = 10

export type Scene = { variation: VariationFile; difficulty: string; renderReply: Render; renderJudge: Render }
export type Talker = { connection: Connection; testId: string; nextLine: NextLine | undefined }

/** A variation: one line where its goal is the next to reach, or a whole talk. */
export async function playVariation(
  players: Players,
  { variation, difficulty, ...renders }: Scene,
  { test, connection, testId, nextLine }: Talker & { test: VariationTest },
): Promise<Played> {
  const { complete } = connection
  const deps = { complete, ask: createAskStructured(complete), bookedUnder: testId, ...renders }
  const talk = players.practise(deps, { variation, difficulty })
  const goals = variation.goals.map(({ id }) => id)
  const goalsBefore = goals.slice(0, Math.max(0, goals.indexOf(test.expects_goal ?? '')))
  for (const goal of goalsBefore) talk.assume(goal)
  const turns = await takeTurns({
    opener: talk.opener,
    goals: goals.filter((goal) => !goalsBefore.includes(goal)),
    maxTurns: Math.min(test.max_turns ?? variation.limits.max_turns, variation.limits.max_turns),
    nextLine: nextLine ?? saysOnce(test.says),
    async take(said) {
      const { judgeFailure, ...turn } = await talk.take(said)
      if (judgeFailure !== null) throw judgeFailed(judgeFailure)
      return turn
    },
  })
  const mistakes = variation.common_mistakes.map(({ says }) => says)
  const mistakesMade = mistakes.filter((mistake) => turns.some(({ said }) => said === mistake))
  return {
    opener: talk.opener,
    turns,
    goals,
    mistakesMade,
    prompt: promptText(connection.requests),
  }
}

/** A persona: one message, or a conversation. */
export async function playPersona(
  players: Players,
  { persona, render }: { persona: PersonaFile; render: Render },
  { test, connection, testId, nextLine }: Talker & { test: PersonaTest },
): Promise<Played> {
  const talk = players.talk({ complete: connection.complete, render, bookedUnder: testId }, persona)
  const turns = await takeTurns({
    opener: talk.opener,
    goals: [],
    maxTurns: test.max_turns ?? MAX_FREE_TURNS,
    nextLine: nextLine ?? saysOnce(test.says),
    take: async (said) => ({ ...(await talk.take(said)), goalsMet: [], corrections: [] }),
  })
  return { opener: talk.opener, turns, ...WITHOUT_GOALS, prompt: promptText(connection.requests) }
}

/** A prompt by itself, with the variables of the test. */
export async function playPrompt(
  players: Players,
  file: PromptFile,
  { test, connection, testId }: { test: PromptTest; connection: Connection; testId: string },
): Promise<Played> {
  const { vars: variables, says, messages } = test
  const history = [...messages, ...(says === undefined ? [] : [{ role: 'user' as const, text: says }])]
  const prompt = renderPrompt(file, { variables, history })
  const reply = await players.ask(
    { complete: connection.complete, bookedUnder: testId },
    { promptName: file.name, prompt, variables },
  )
  const said = prompt.messages.findLast(({ role }) => role === 'user')?.text ?? null
  const turns = [{ said, reply, goalsMet: [], corrections: [] }]
  return { opener: null, turns, ...WITHOUT_GOALS, prompt: promptText(connection.requests) }
}

const WITHOUT_GOALS = { goals: [], mistakesMade: [] }

const saysOnce =
  (says = ''): NextLine =>
  async ({ turns }) =>
    turns.length === 0 ? says : undefined

type Talking = {
  opener: string
  goals: string[]
  maxTurns: number
  nextLine: NextLine
  take: (said: string | null) => Promise<Omit<PlayedTurn, 'said'>>
}

/** Until the learner has no more to say, or the turns are used up. */
async function takeTurns({ opener, goals, maxTurns, nextLine, take }: Talking): Promise<PlayedTurn[]> {
  const turns: PlayedTurn[] = []
  while (turns.length < maxTurns) {
    const reached = turns.flatMap(({ goalsMet }) => goalsMet)
    const openGoals = goals.filter((goal) => !reached.includes(goal))
    const isDone = goals.length > 0 && openGoals.length === 0
    const said = await nextLine({ opener, turns, openGoals, isDone })
    if (said === undefined) break
    turns.push({ said, ...(await take(said)) })
  }
  return turns
}

const promptText = ([first]: readonly LlmRequest[]) =>
  (first?.messages ?? []).map(({ role, text }) => `${role}: ${text}`).join('\n\n')

const judgeFailed = (code: string) =>
  new AppError('unavailable', code, 'The judge of the turn gave no usable answer')
