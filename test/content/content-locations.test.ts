import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkContent, formatFault } from '#features/content/check-content.ts'
import { readContent } from '#features/content/read-content.ts'

const SITUATION = `situation_name: bakery
category: ordering
difficulty_level: beginner
estimated_duration_seconds: 60
description: Buy bread.
learning_objectives: [Buy one thing]
location_specific: true
target_location: Townsville
location: old-square
initial_prompt: It is your turn.
context_description: A small bakery.
`

const LOCATION = `location_name: old-square
name: { en: Old Square, ko: 옛 광장 }
location_type: square
coordinates:
  latitude: -35.5
  longitude: 128.25
district: Old Town
common_situations: [Buying bread]
useful_expressions:
  - text: "Is this the square?"
    meaning: { en: Asks for the way., ko: 길을 묻습니다. }
cultural_notes:
  en: People meet at the well.
  ko: 사람들은 우물가에서 만납니다.
related_situations:
  - bakery
`

const CONTEXT = `context_name: queueing
name: { en: Queueing, ko: 줄 서기 }
category: custom
description:
  en: People queue.
  ko: 줄을 섭니다.
usage_examples:
  - text: "After you."
    meaning: { en: Lets somebody go first., ko: 먼저 하세요. }
related_situations: [bakery]
difficulty_level: beginner
`

const SITUATION_PATH = 'prompts/situations/bakery/situation.yaml'
const LOCATION_PATH = 'prompts/locations/old-square.yaml'
const CONTEXT_PATH = 'prompts/cultural-contexts/queueing.yaml'

/** A folder with one situation, one location and one context, changed as named; `undefined` leaves a file out. */
function givenContent(changes: Record<string, string | undefined> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'content-'))
  const files = {
    [SITUATION_PATH]: SITUATION,
    [LOCATION_PATH]: LOCATION,
    [CONTEXT_PATH]: CONTEXT,
    ...changes,
  }
  for (const [path, text] of Object.entries(files)) {
    if (text === undefined) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true }) }
}

/** The faults of those three files; what else such a small folder lacks is another test's subject. */
function linesOfCheck(changes: Record<string, string | undefined> = {}): string[] {
  using content = givenContent(changes)
  const lines = checkContent(content.root).faults.map(formatFault)
  return lines.filter((line) => /^prompts\/(?:locations|cultural-contexts|situations\/bakery\/)/.test(line))
}

const changed = (text: string, from: string, to: string) => {
  expect(text).toContain(from)
  return text.replace(from, to)
}

describe('locations and cultural contexts', () => {
  test('without a fault are read with their versions', () => {
    using content = givenContent()
    expect(linesOfCheck()).toEqual([])
    const { situations, locations, culturalContexts } = readContent(content.root)
    expect(situations).toMatchObject([{ value: { situation_name: 'bakery', location: 'old-square' } }])
    expect(locations).toMatchObject([
      {
        file: LOCATION_PATH,
        contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        value: { coordinates: { latitude: -35.5, longitude: 128.25 }, is_active: true },
      },
    ])
    expect(culturalContexts).toMatchObject([
      { file: CONTEXT_PATH, value: { category: 'custom', related_situations: ['bakery'] } },
    ])
  })

  test('may be left out as a whole where no situation is set in one', () => {
    const nowhere = changed(SITUATION, 'location: old-square\n', '')
    using content = givenContent({
      [SITUATION_PATH]: nowhere,
      [LOCATION_PATH]: undefined,
      [CONTEXT_PATH]: undefined,
    })
    const files = checkContent(content.root).faults.map(({ file }) => file)
    expect(files.filter((file) => /locations|cultural/.test(file))).toEqual([])
  })

  test('may hold keys of an author under extensions only', () => {
    expect(linesOfCheck({ [LOCATION_PATH]: `${LOCATION}extensions: { map_zoom: 15 }\n` })).toEqual([])
    expect(linesOfCheck({ [CONTEXT_PATH]: `${CONTEXT}extensions: { mood: calm }\n` })).toEqual([])
  })

  test.each([
    ['an unknown key', 'district:', 'quarter:', ['1:1 district is missing', '7:1 quarter is no known key']],
    ['a latitude beyond the pole', '-35.5', '95', ['5:13 coordinates.latitude Too big']],
    ['a longitude beyond the date line', '128.25', '-181', ['6:14 coordinates.longitude Too small']],
    [
      'a name that is not the file',
      ': old-square',
      ': new-square',
      ["1:16 location_name must be 'old-square'"],
    ],
    [
      'a note that is not Korean',
      '사람들은 우물가에서 만납니다.',
      'People meet.',
      ['14:7 cultural_notes.ko must be'],
    ],
    [
      'an unknown situation',
      '- bakery',
      '- bakery\n  - butcher',
      ["17:5 related_situations.1 'butcher' is no folder in prompts/situations"],
    ],
    [
      'a situation given twice',
      '- bakery',
      '- bakery\n  - bakery',
      ["17:5 related_situations.1 'bakery' is given twice"],
    ],
  ])('%s in a location is named with its line and key', (_name, from, to, expected) => {
    expect(linesOfCheck({ [LOCATION_PATH]: changed(LOCATION, from, to) })).toEqual(
      expected.map((line) => expect.stringContaining(`${LOCATION_PATH}:${line}`)),
    )
  })

  test.each([
    [
      'an unknown key',
      'category: custom',
      'kind: custom',
      ['1:1 category is missing', '3:1 kind is no known key'],
    ],
    ['an unknown level', ': beginner', ': expert', ['11:19 difficulty_level']],
    ['a name that is not the file', ': queueing', ': waiting', ["1:15 context_name must be 'queueing'"]],
    [
      'an unknown situation',
      '[bakery]',
      '[bakery, butcher]',
      ["10:30 related_situations.1 'butcher' is no folder in prompts/situations"],
    ],
  ])('%s in a cultural context is named with its line and key', (_name, from, to, expected) => {
    expect(linesOfCheck({ [CONTEXT_PATH]: changed(CONTEXT, from, to) })).toEqual(
      expected.map((line) => expect.stringContaining(`${CONTEXT_PATH}:${line}`)),
    )
  })

  test('a situation that is set in an unknown location is named and left out', () => {
    using content = givenContent({ [SITUATION_PATH]: changed(SITUATION, 'old-square', 'new-square') })
    const { situations, faults } = readContent(content.root)
    expect(faults.map(formatFault)).toContain(
      `${SITUATION_PATH}:9:11 location 'new-square' is no file in prompts/locations`,
    )
    expect(situations).toEqual([])
  })

  test('what refers to a file that has faults of its own is not reported as well', () => {
    const lines = linesOfCheck({ [LOCATION_PATH]: changed(LOCATION, 'district: Old Town\n', '') })
    expect(lines).toEqual([`${LOCATION_PATH}:1:1 district is missing`])
  })

  test('a file with another ending is named instead of being passed over', () => {
    const lines = linesOfCheck({ 'prompts/locations/new-square.yml': LOCATION })
    expect(lines).toEqual([
      expect.stringContaining('prompts/locations/new-square.yml:1:1 does not belong here'),
    ])
  })
})
