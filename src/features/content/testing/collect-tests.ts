import { AppError } from '#base/errors.ts'
import type { PersonaTest, PromptTest, VariationTest } from '../authored-tests.ts'
import type { AuthoredSituation, ContentCatalogue, ContentFile } from '../content-catalogue.ts'
import type { PersonaFile } from '../persona-file.ts'
import type { PromptFile } from '../prompt-file.ts'
import type { VariationFile } from '../situation-file.ts'
import type { Connection } from './connect.ts'
import { createModelLearner, LEARNER_PURPOSE, learnerVariables } from './model-learner.ts'
import { MAX_FREE_TURNS, playPersona, playPrompt, playVariation } from './play.ts'
import { createLineLearner, type NextLine } from './simulate-learner.ts'
import type { CaseAssertion, Players, Render, TestCase } from './test-case.ts'

export const TEST_PROMPTS = {
  reply: 'situation-reply',
  judge: 'turn-judge',
  persona: 'persona-reply',
  learner: 'simulated-learner',
  grader: 'rubric-grader',
}

/** Every test of the content, in the order of its files. */
export function collectTests(content: ContentCatalogue, players: Players): TestCase[] {
  const author = createAuthor(content, players)
  return [
    ...content.prompts.flatMap((file) =>
      (file.value.tests ?? []).map((test, index) => author.promptCase(file, test, index)),
    ),
    ...content.situations.flatMap((situation) =>
      situation.variations.flatMap((file) =>
        file.value.tests.map((test, index) => author.variationCase(situation, file, { test, index })),
      ),
    ),
    ...content.personas.flatMap((file) =>
      (file.value.tests ?? []).map((test, index) => author.personaCase(file, test, index)),
    ),
  ]
}

/** The prompt of that name, filled in. Only a test that needs it fails without it. */
export function rendererOf(
  content: Pick<ContentCatalogue, 'prompts'>,
  players: Players,
  name: string,
): Render {
  return (variables) => {
    const prompt = content.prompts.find(({ value }) => value.name === name)?.value
    if (!prompt) throw new AppError('invalid', 'content.no_prompt', `prompts/${name}.prompt.md is missing`)
    return players.render(prompt, variables)
  }
}

type Common = Pick<
  VariationTest,
  'description' | 'threshold' | 'recorded' | 'recorded_only' | 'assert' | 'says'
>

function createAuthor(content: ContentCatalogue, players: Players) {
  const renderOf = (name: string) => rendererOf(content, players, name)
  const simulatedOf = (name: string | undefined, { task, maxTurns }: { task: string; maxTurns: number }) => {
    const learner = content.simulatedLearners.find(({ value }) => value.learner_name === name)?.value
    if (learner?.instructions === undefined) return null
    return { maxTurns, instructions: renderOf(TEST_PROMPTS.learner)(learnerVariables(learner, task)).text }
  }
  const learnerOf = (
    name: string | undefined,
    input: Omit<LearnerInput, 'learner'>,
  ): NextLine | undefined => {
    const learner = content.simulatedLearners.find(({ value }) => value.learner_name === name)?.value
    return learner && nextLineOf(renderOf(TEST_PROMPTS.learner), { ...input, learner })
  }
  return {
    promptCase(file: ContentFile<PromptFile>, test: PromptTest, index: number): TestCase {
      const about = begin(file, { test, index, purpose: players.purposeOf(file.value.name) })
      return {
        ...about,
        simulated: null,
        isTalk: false,
        variables: test.vars,
        play: (connection) => playPrompt(players, file.value, { test, connection, testId: about.testId }),
      }
    },
    variationCase(
      { value: { difficulty_level: difficulty } }: AuthoredSituation,
      file: ContentFile<VariationFile>,
      { test, index }: { test: VariationTest; index: number },
    ): TestCase {
      const { value: variation } = file
      const about = begin(file, { test, index, purpose: players.purposeOf(TEST_PROMPTS.reply) })
      const task = taskOf(variation)
      const scene = {
        variation,
        difficulty,
        renderReply: renderOf(TEST_PROMPTS.reply),
        renderJudge: renderOf(TEST_PROMPTS.judge),
      }
      return {
        ...about,
        description: test.description ?? descriptionOf(test, test.learner),
        assertions: [...expectations(test), ...about.assertions],
        simulated: simulatedOf(test.learner, {
          task,
          maxTurns: test.max_turns ?? variation.limits.max_turns,
        }),
        isTalk: test.learner !== undefined,
        variables: variablesOf(variation, difficulty),
        play: (connection) => {
          const nextLine = learnerOf(test.learner, { connection, testId: about.testId, variation, task })
          return playVariation(players, scene, { test, connection, testId: about.testId, nextLine })
        },
      }
    },
    personaCase(file: ContentFile<PersonaFile>, test: PersonaTest, index: number): TestCase {
      const { value: persona } = file
      const about = begin(file, { test, index, purpose: players.purposeOf(TEST_PROMPTS.persona) })
      const task = `Talk with ${persona.name} about anything you like.`
      return {
        ...about,
        description: test.description ?? descriptionOf(test, test.learner),
        simulated: simulatedOf(test.learner, { task, maxTurns: test.max_turns ?? MAX_FREE_TURNS }),
        isTalk: test.learner !== undefined,
        variables: { name: persona.name, greeting: persona.greeting },
        play: (connection) => {
          const nextLine = learnerOf(test.learner, { connection, testId: about.testId, task })
          const render = renderOf(TEST_PROMPTS.persona)
          return playPersona(
            players,
            { persona, render },
            { test, connection, testId: about.testId, nextLine },
          )
        },
      }
    },
  }
}

type LearnerInput = {
  learner: ContentCatalogue['simulatedLearners'][number]['value']
  connection: Connection
  testId: string
  task: string
  variation?: VariationFile
}

/** A model plays whoever has instructions for one; everybody else, and everybody without a model, says lines. */
function nextLineOf(
  render: Render,
  { learner, connection, testId, task, variation }: LearnerInput,
): NextLine {
  if (learner.instructions === undefined || !connection.hasModelFor(LEARNER_PURPOSE)) {
    return createLineLearner(learner, variation)
  }
  const { text: system, maxOutputTokens } = render(learnerVariables(learner, task))
  return createModelLearner({ complete: connection.complete, system, maxOutputTokens, testId })
}

function begin(
  { file, faultAt }: Pick<ContentFile<unknown>, 'file' | 'faultAt'>,
  { test, index, purpose }: { test: Common; index: number; purpose: string },
): Omit<TestCase, 'variables' | 'play' | 'simulated' | 'isTalk'> {
  return {
    testId: `${file}#${index + 1}`,
    file,
    index,
    place: () => faultAt(['tests', index], ''),
    description: test.description ?? descriptionOf(test, undefined),
    purpose,
    recorded: test.recorded,
    recordedOnly: test.recorded_only === true,
    threshold: test.threshold,
    assertions: (test.assert ?? []).map((assertion) => ({ assertion })),
  }
}

const descriptionOf = ({ says }: Pick<Common, 'says'>, learner: string | undefined) =>
  learner === undefined ? `says '${says ?? ''}'` : `talks with ${learner}`

/** The short way to write two assertions. What a model answers is its own, so the line is expected of the script only. */
function expectations({ expects_goal: goal, expects_reply: reply }: VariationTest): CaseAssertion[] {
  return [
    ...(goal === undefined ? [] : [{ assertion: { type: 'goals-met' as const, value: [goal] } }]),
    ...(reply === undefined
      ? []
      : [{ assertion: { type: 'contains' as const, value: reply }, onlyScripted: true }]),
  ]
}

const variablesOf = ({ opener, closing, ai_character_role }: VariationFile, difficulty_level: string) => ({
  opener,
  closing,
  ai_character_role,
  difficulty_level,
})

const taskOf = ({ specific_context, goals }: VariationFile) =>
  `${specific_context}\nWhat you want to do, in this order:\n${goals.map(({ description }) => `- ${description}`).join('\n')}`
