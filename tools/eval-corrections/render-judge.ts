import { readContent, renderPrompt } from '#features/content/index.ts'

const { prompts } = readContent(new URL('../..', import.meta.url).pathname)

/** A request with the judge's prompt of this checkout, for talk without a scene. */
export function renderJudge(said: string) {
  const judge = prompts.find(({ value }) => value.name === 'turn-judge')
  if (!judge) throw new Error('prompts/turn-judge.prompt.md is missing or has faults')
  const utterance = { partner_said: 'Tell me more!', learner_said: said }
  return renderPrompt(judge.value, { variables: { ...SCENE, utterance } })
}

const SCENE = {
  ai_character_role: 'A friendly stranger who makes conversation.',
  specific_context: 'A conversation about anything.',
  difficulty_level: 'intermediate',
  goals: '- talk: Say something.',
  heard_by: 'typing',
}
