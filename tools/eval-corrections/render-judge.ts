import { readContent } from '#features/content/index.ts'

/** The judge's prompt of this checkout, for talk without a scene. */
export function renderJudge(): string {
  const { prompts } = readContent(new URL('../..', import.meta.url).pathname)
  const judge = prompts.find(({ value }) => value.name === 'turn-judge')
  if (!judge) throw new Error('prompts/turn-judge.prompt.md is missing or has faults')
  return judge.value.body.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => VALUES[name] ?? '')
}

const VALUES: Record<string, string> = {
  ai_character_role: 'A friendly stranger who makes conversation.',
  specific_context: 'A conversation about anything.',
  difficulty_level: 'intermediate',
  goals: '- talk: Say something.',
  partner_line: 'Tell me more!',
  heard_by: 'typing',
}
