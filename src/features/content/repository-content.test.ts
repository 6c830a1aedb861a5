import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bestMatch } from '#base/text-similarity.ts'
import { createTextCheck } from '#engines/speech/words/text-check.ts'
import { checkContent, formatFault } from './check-content.ts'
import { readContent } from './read-content.ts'
import { renderPrompt } from './render-prompt.ts'
import { checkSchemaLines } from './schema-lines.ts'
import type { VariationFile } from './situation-file.ts'

const REPOSITORY = join(import.meta.dirname, '../../..')

describe('the content of this repository', () => {
  const { situations, locations, culturalContexts, personas, prompts, faults } = readContent(REPOSITORY)
  const variations = situations.flatMap((situation) => situation.variations)

  test('has no fault, and every word that learners are to say can be pronounced', async () => {
    const { faults, notes } = checkContent(REPOSITORY, { checkText: await createTextCheck() })
    expect([...faults, ...notes].map(formatFault)).toEqual([])
  })

  test('tells editors’ tools what each file is, and the published schemas are what the code checks', () => {
    expect(checkSchemaLines(REPOSITORY)).toEqual({ faults: [], notes: [] })
    const { status, stderr } = spawnSync(process.execPath, ['tools/schemas.ts', '--check'], {
      cwd: REPOSITORY,
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('offers at least two situations of two variations each, and a persona', () => {
    expect(faults).toEqual([])
    expect(situations.filter((situation) => situation.variations.length >= 2).length).toBeGreaterThanOrEqual(
      2,
    )
    expect(personas.length).toBeGreaterThanOrEqual(1)
  })

  test('offers ten locations and ten cultural contexts, each tied to something that can be practised', () => {
    expect(locations.length).toBeGreaterThanOrEqual(10)
    expect(culturalContexts.length).toBeGreaterThanOrEqual(10)
    const loose = [...locations, ...culturalContexts].filter(
      ({ value }) => value.related_situations.length === 0,
    )
    expect(loose.map(({ file }) => file)).toEqual([])
  })

  test('a situation that is set in a location is among those that the location names', () => {
    const placed = situations.filter(({ value }) => value.location !== undefined)
    const related = placed.filter(({ value: situation }) =>
      locations
        .find(({ value }) => value.location_name === situation.location)
        ?.value.related_situations.includes(situation.situation_name),
    )
    expect(placed.length).toBeGreaterThanOrEqual(6)
    expect(related).toEqual(placed)
  })

  test.each(variations.map(({ file, value }) => ({ file, value })))(
    '$file plays through to its last goal',
    ({ value }) => {
      expect(playThrough(value)).toEqual(value.goals.map(({ id }) => id))
    },
  )

  test.each(variations.map(({ file, value }) => ({ file, value })))(
    '$file hears each of its responses as itself',
    ({ value }) => {
      for (const { text, goal } of responsesOf(value)) {
        expect(hear(text, value, goalsBefore(value, goal))).toMatchObject({ text, goal })
      }
    },
  )

  test('the coffee in Dongseong-ro hears the two sentences that the recordings speak', () => {
    const coffee = variations.find(({ value }) => value.variation_name === 'iced-americano-dongseong-ro')
    expect(coffee?.value.ideal_responses).toContainEqual(
      expect.objectContaining({ text: 'Can I get an iced americano, please?', goal: 'order-drink' }),
    )
    expect(coffee?.value.ideal_responses).toContainEqual(
      expect.objectContaining({ text: 'No sugar, thank you.', goal: 'answer-sugar' }),
    )
  })

  test('the reply prompt can be filled from a variation, and keeps braces that come with it', () => {
    const prompt = prompts.find(({ value }) => value.name === 'situation-reply')?.value
    if (!prompt) throw new Error('no situation-reply prompt')
    const variables = Object.fromEntries(Object.keys(prompt.input.schema).map((name) => [name, `«${name}»`]))

    const { messages } = renderPrompt(prompt, {
      variables: { ...variables, opener: 'Hi {{closing}} $& there' },
    })
    expect(messages).toMatchObject([
      { role: 'system', text: expect.stringContaining('Hi {{closing}} $& there') },
    ])
    for (const value of Object.values({ ...variables, opener: 'Hi' })) {
      expect(messages[0]?.text).toContain(value)
    }
  })
})

const responsesOf = ({ ideal_responses, acceptable_responses }: VariationFile) => [
  ...ideal_responses,
  ...acceptable_responses,
]

const goalsBefore = ({ goals }: VariationFile, goal: string) =>
  goals
    .slice(
      0,
      goals.findIndex(({ id }) => id === goal),
    )
    .map(({ id }) => id)

/** The response that a scripted partner hears, lines of goals that are still open first. */
function hear(says: string, variation: VariationFile, reached: readonly string[]) {
  const responses = responsesOf(variation)
  const open = [...responses.filter(({ goal }) => !reached.includes(goal)), ...responses]
  const match = bestMatch(
    says,
    open.map(({ text }) => text),
  )
  return match && open[match.index]
}

/** The goals that are reached when the learner says the first test of each goal, in order. */
function playThrough(variation: VariationFile): string[] {
  const reached: string[] = []
  for (const { id } of variation.goals) {
    const says = variation.tests.find((candidate) => candidate.expects_goal === id)?.says ?? ''
    reached.push(hear(says, variation, reached)?.goal ?? 'nothing')
  }
  return reached
}
