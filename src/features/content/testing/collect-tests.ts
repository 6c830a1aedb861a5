import { AppError } from '#base/errors.ts'
import type { PersonaTest, PromptTest, VariationTest } from '../authored-tests.ts'
import type { ContentCatalogue, ContentFile } from '../content-catalogue.ts'
import type { PersonaFile } from '../persona-file.ts'
import type { PromptFile } from '../prompt-file.ts'
import { compilePrompt } from '../render-prompt.ts'
import type { VariationFile } from '../situation-file.ts'
import { beginCase, expectations } from './begin-case.ts'
import { castLearner } from './cast-learner.ts'
import { MAX_FREE_TURNS, playPersona, playPrompt, playVariation } from './play.ts'
import type { Players, Render, TestCase } from './test-case.ts'
import type { PersonaTestVariables, VariationTestVariables } from './test-variables.ts'

export const TEST_PROMPTS = {
  reply: 'situation-reply',
  judge: 'turn-judge',
  persona: 'persona-reply',
  learner: 'simulated-learner',
  grader: 'rubric-grader',
}

/** Every test of the content, in the order of its files. */
export function collectTests(content: ContentCatalogue, players: Players): TestCase[] {
  const renders = new Map(Object.values(TEST_PROMPTS).map((name) => [name, rendererOf(content, name)]))
  const renderOf = (name: string) => renders.get(name) ?? rendererOf(content, name)
  const source: Source = { players, content, renderOf }
  return [
    ...content.prompts.flatMap((file) =>
      (file.value.tests ?? []).map((test, index) => promptCase(source, file, { test, index })),
    ),
    ...content.situations.flatMap(({ value: { difficulty_level: difficulty }, variations }) =>
      variations.flatMap((file) =>
        file.value.tests.map((test, index) => variationCase(source, file, { test, index, difficulty })),
      ),
    ),
    ...content.personas.flatMap((file) =>
      (file.value.tests ?? []).map((test, index) => personaCase(source, file, { test, index })),
    ),
  ]
}

/** The prompt of that name, filled in. Only a test that needs it fails without it. */
export function rendererOf({ prompts }: Pick<ContentCatalogue, 'prompts'>, name: string): Render {
  let render: Render | undefined
  return (input) => {
    render ??= compilePrompt(findPrompt(prompts, name))
    return render(input)
  }
}

function findPrompt(prompts: ContentCatalogue['prompts'], name: string): PromptFile {
  const prompt = prompts.find(({ value }) => value.name === name)?.value
  if (!prompt) throw new AppError('invalid', 'content.no_prompt', `prompts/${name}.prompt.md is missing`)
  return prompt
}

type Source = { players: Players; content: ContentCatalogue; renderOf: (name: string) => Render }
type Placed<Test> = { test: Test; index: number }

function promptCase(
  { players }: Source,
  file: ContentFile<PromptFile>,
  { test, index }: Placed<PromptTest>,
): TestCase {
  const about = beginCase(file, { test, index, purpose: players.purposeOf(file.value.name) })
  return {
    ...about,
    simulated: () => null,
    isTalk: false,
    variables: textsOf(test.vars),
    play: (connection) => playPrompt(players, file.value, { test, connection, testId: about.testId }),
  }
}

function variationCase(
  { players, content, renderOf }: Source,
  file: ContentFile<VariationFile>,
  { test, index, difficulty }: Placed<VariationTest> & { difficulty: string },
): TestCase {
  const { value: variation } = file
  const about = beginCase(file, { test, index, purpose: players.purposeOf(TEST_PROMPTS.reply) })
  const cast = castLearner({
    learners: content.simulatedLearners,
    render: renderOf(TEST_PROMPTS.learner),
    name: test.learner,
    task: taskOf(variation),
    testId: about.testId,
    maxTurns: test.max_turns ?? variation.limits.max_turns,
    variation,
  })
  const scene = {
    variation,
    difficulty,
    renderReply: renderOf(TEST_PROMPTS.reply),
    renderJudge: renderOf(TEST_PROMPTS.judge),
  }
  return {
    ...about,
    ...cast,
    assertions: [...expectations(test), ...about.assertions],
    variables: variablesOf(variation, difficulty),
    play: (connection) =>
      playVariation(players, scene, {
        test,
        connection,
        testId: about.testId,
        nextLine: cast.nextLine(connection),
      }),
  }
}

function personaCase(
  { players, content, renderOf }: Source,
  file: ContentFile<PersonaFile>,
  { test, index }: Placed<PersonaTest>,
): TestCase {
  const { value: persona } = file
  const about = beginCase(file, { test, index, purpose: players.purposeOf(TEST_PROMPTS.persona) })
  const cast = castLearner({
    learners: content.simulatedLearners,
    render: renderOf(TEST_PROMPTS.learner),
    name: test.learner,
    task: `Talk with ${persona.name} about anything you like.`,
    testId: about.testId,
    maxTurns: test.max_turns ?? MAX_FREE_TURNS,
  })
  const scene = { persona, render: renderOf(TEST_PROMPTS.persona) }
  return {
    ...about,
    ...cast,
    variables: { name: persona.name, greeting: persona.greeting } satisfies PersonaTestVariables,
    play: (connection) =>
      playPersona(players, scene, {
        test,
        connection,
        testId: about.testId,
        nextLine: cast.nextLine(connection),
      }),
  }
}

/** As they stand in a prompt: texts as they are, the rest as JSON. */
const textsOf = (variables: PromptTest['vars']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )

const variablesOf = (
  { opener, closing, ai_character_role }: VariationFile,
  difficulty_level: string,
): VariationTestVariables => ({
  opener,
  closing,
  ai_character_role,
  difficulty_level,
})

const taskOf = ({ specific_context, goals }: VariationFile) =>
  `${specific_context}\nWhat you want to do, in this order:\n${goals.map(({ description }) => `- ${description}`).join('\n')}`
