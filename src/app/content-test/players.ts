import { z } from 'zod'
import { createAskStructured } from '#engines/llm/structured.ts'
import type { Players } from '#features/content/index.ts'
import { rehearsePersonaReply, rehearseTalk } from '#features/conversation/index.ts'
import { type FactRules, rehearseFacts } from '#features/learner-facts/index.ts'
import { rehearse, rehearseJudgement } from '#features/practice/index.ts'

type Answer = (deps: Parameters<Players['ask']>[0], call: Parameters<Players['ask']>[1]) => Promise<string>

/** What the service calls each prompt for. Another prompt is asked by itself. */
const PURPOSES: Record<string, string> = {
  'situation-reply': 'practice.reply',
  'turn-judge': 'practice.judge',
  'persona-reply': 'conversation.reply',
  'conversation-summary': 'conversation.summary',
  'remember-facts': 'conversation.remember',
}
const OTHER_PURPOSE = 'test.prompt'
/** Where the prompt does not say how long an answer may be. */
const MAX_ANSWER_TOKENS = 500
const ADVANCED = 'advanced'

const purposeOf = (promptName: string) => PURPOSES[promptName] ?? OTHER_PURPOSE

/** The features that play the content, as the tests of the content see them. */
export function createPlayers(factRules: FactRules | undefined): Players {
  const readers: Record<string, Answer> = {
    'turn-judge': judge,
    'remember-facts': async ({ complete, bookedUnder }, { prompt, variables }) => {
      const ask = createAskStructured(complete)
      return JSON.stringify(await rehearseFacts({ ask, prompt, variables, rules: factRules, bookedUnder }))
    },
    'persona-reply': async (deps, call) => {
      const { emotions, canary } = PersonaVariables.parse(call.variables)
      return rehearsePersonaReply(await answer(deps, call), emotions, canary)
    },
  }
  return {
    practise: rehearse,
    talk: rehearseTalk,
    purposeOf,
    ask: (deps, call) => (readers[call.promptName] ?? answer)(deps, call),
  }
}

const PersonaVariables = z.object({ emotions: z.string().default(''), canary: z.string().default('') })

const JudgeVariables = z.object({
  goals: z.string().default(''),
  difficulty_level: z.string().default(''),
  utterance: z.object({ learner_said: z.string() }),
})

const judge: Answer = async ({ complete, bookedUnder }, { prompt, variables }) => {
  const { goals, difficulty_level, utterance } = JudgeVariables.parse(variables)
  const shown = await rehearseJudgement({
    ask: createAskStructured(complete),
    prompt,
    said: utterance.learner_said,
    goalIds: goalIdsOf(goals),
    showsStyle: difficulty_level === ADVANCED,
    bookedUnder,
  })
  return JSON.stringify(shown)
}

const answer: Answer = async ({ complete, bookedUnder }, { promptName, prompt }) => {
  const { text } = await complete(
    {
      ...prompt,
      purpose: purposeOf(promptName),
      maxOutputTokens: prompt.maxOutputTokens ?? MAX_ANSWER_TOKENS,
    },
    { attribution: { appId: bookedUnder, userId: bookedUnder, turnId: null } },
  )
  return text
}

/** As the judge is given them: `- order-drink: Order an iced americano politely.` */
const goalIdsOf = (goals: string) => Array.from(goals.matchAll(/^- ([a-z0-9-]+):/gm), ([, id = '']) => id)
