import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkContent, formatFault } from '#features/content/check-content.ts'
import { REPOSITORY } from '../support/repository.ts'

const CAFE = 'prompts/situations/cafe-ordering/iced-americano-dongseong-ro.yaml'
const REPEAT = 'prompts/repair/repeat.yaml'
const HATE = 'prompts/safety/hate.yaml'

/** The content of this repository, with pieces of its files replaced. */
function checkChanged(...changes: [file: string, from: string, to: string][]) {
  const root = mkdtempSync(join(tmpdir(), 'content-'))
  for (const folder of ['prompts', 'personas', 'schemas'])
    cpSync(join(REPOSITORY, folder), join(root, folder), { recursive: true })
  for (const [file, from, to] of changes) {
    const text = readFileSync(join(root, file), 'utf8')
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`)
    writeFileSync(join(root, file), text.replace(from, to))
  }
  const { faults, notes } = checkContent(root)
  rmSync(root, { recursive: true })
  return { faults: faults.map(formatFault), notes: notes.map(formatFault) }
}

test('lines above the level of their situation are noted with the words, and are no fault', () => {
  const { faults, notes } = checkChanged(
    [
      CAFE,
      'Hi there, welcome! What can I get for you today?',
      'Hi! Our ambiance is renowned. What can I get you?',
    ],
    [CAFE, 'vocabulary: [americano, barista]', 'vocabulary: [barista]'],
  )
  expect(faults).toEqual([])
  expect(notes[0]).toBe(
    `${CAFE}:7:9 opener is above A2: 'ambiance' (C2), 'renowned' (B2), passive (B1); say it more simply, or give the words under vocabulary`,
  )
  expect(notes.slice(1).every((note) => note.includes("'americano' (C2)"))).toBe(true)
  expect(notes.length).toBeGreaterThan(5)
})

test('words that the author lists may be used', () => {
  const { notes } = checkChanged(
    [
      CAFE,
      'Hi there, welcome! What can I get for you today?',
      'Hi! Our ambiance is renowned. What can I get you?',
    ],
    [CAFE, 'vocabulary: [americano, barista]', 'vocabulary: [americano, barista, ambiance, renowned]'],
  )
  expect(notes).toEqual([])
})

test('broken phrases, unknown kinds and values that nobody fills are named by file, line and key', () => {
  const { faults } = checkChanged(
    [REPEAT, 'kind: repeat', 'kind: shout'],
    [REPEAT, '- pardon [me]', '- pardon (me'],
    [REPEAT, '{{line}}', '{{price}}'],
    [HATE, 'category: hate', 'category: violence'],
  )
  expect(faults).toEqual([
    expect.stringMatching(/^prompts\/repair\/repeat\.yaml:3:7 kind /),
    `${REPEAT}:9:7 patterns.en.0 has brackets that do not close`,
    expect.stringMatching(
      /^prompts\/repair\/repeat\.yaml:\d+:7 says uses 'price', which repair lines do not have/,
    ),
    `${HATE}:3:11 category must be 'hate', as the file is called`,
  ])
})

test('limits of a session must be sensible', () => {
  const { faults } = checkChanged([
    CAFE,
    '  max_turns: 12',
    '  max_turns: 12\n  max_minutes: 0\n  max_cost_usd: -1',
  ])
  expect(faults.map((fault) => fault.split(' ')[1])).toEqual(['limits.max_minutes', 'limits.max_cost_usd'])
})
