import { createAskStructured } from '#engines/llm/structured.ts'
import { type Players, renderPrompt } from '#features/content/index.ts'
import { rehearsePersonaReply, rehearseTalk } from '#features/conversation/index.ts'
import { rehearse, rehearseJudgement } from '#features/practice/index.ts'

/** What the service calls each prompt for. Another prompt is asked by itself. */
const PURPOSES: Record<string, string> = {
  'situation-reply': 'practice.reply',
  'turn-judge': 'practice.judge',
  'persona-reply': 'conversation.reply',
  'conversation-summary': 'conversation.summary',
}
const OTHER_PURPOSE = 'test.prompt'
/** Where the prompt does not say how long an answer may be. */
const MAX_ANSWER_TOKENS = 500
const ADVANCED = 'advanced'

const purposeOf = (promptName: string) => PURPOSES[promptName] ?? OTHER_PURPOSE

/** The features that play the content, as the tests of the content see them. */
export const players: Players = {
  practise: rehearse,
  talk: rehearseTalk,
  purposeOf,
  render: (prompt, variables) => ({
    text: renderPrompt(prompt, variables),
    maxOutputTokens: prompt.config.max_output_tokens,
  }),
  async ask({ complete, bookedUnder }, { promptName, system, variables, messages, said }) {
    if (promptName === 'turn-judge') {
      const shown = await rehearseJudgement({
        ask: createAskStructured(complete),
        system: system.text,
        maxOutputTokens: system.maxOutputTokens,
        said,
        goalIds: goalIdsOf(variables.goals ?? ''),
        showsStyle: variables.difficulty_level === ADVANCED,
        bookedUnder,
      })
      return JSON.stringify(shown)
    }
    const { text } = await complete(
      {
        purpose: purposeOf(promptName),
        maxOutputTokens: system.maxOutputTokens ?? MAX_ANSWER_TOKENS,
        messages: [{ role: 'system', text: system.text }, ...messages],
      },
      { attribution: { appId: bookedUnder, userId: bookedUnder, turnId: null } },
    )
    if (promptName !== 'persona-reply') return text
    return rehearsePersonaReply(text, variables.emotions ?? '', variables.canary ?? '')
  },
}

/** As the judge is given them: `- order-drink: Order an iced americano politely.` */
const goalIdsOf = (goals: string) => Array.from(goals.matchAll(/^- ([a-z0-9-]+):/gm), ([, id = '']) => id)
