import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { NEEDED_PROMPTS, PROMPT_CONTRACTS } from '#app/prompt-contracts.ts'
import {
  describeChanges,
  itemsOf,
  publishContent,
  readContent,
  rollbackLabel,
  type ServedContent,
  serveFiles,
  serveLabel,
} from '#features/content/index.ts'
import { followRules } from '#features/learner-facts/index.ts'
import type { Database } from '#platform/db/open-database.ts'
import { type ContentFolder, givenContentFolder } from '../support/content-folder.ts'
import { openTestDatabase } from '../support/test-database.ts'

const FILE = 'prompts/learner-facts/sensitive.yaml'
const FERRET = 'Keeps a ferret.'
const TEA = 'Likes green tea.'
const NEW_CATEGORY = 'categories:\n  - id: ferrets\n    words: [ferret*]\n'

let database: Database
let content: ContentFolder
let served: ServedContent
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  content = await givenContentFolder()
})
afterEach(async () => {
  await served.stop()
  await content.dispose()
})

const fail = (error: unknown) => {
  throw error
}

/** `next` resolves with the next thing that is told of the content. */
function listen() {
  let tell = (_: string) => {}
  const report = {
    changed: () => tell('changed'),
    refused: () => tell('refused'),
    failed: fail,
  }
  const next = () =>
    new Promise<string>((resolve) => {
      tell = resolve
    })
  return { deps: { db: database.db, report }, next }
}

const addFerrets = () => content.change(FILE, 'categories:\n', NEW_CATEGORY)

const readFiles = () => {
  const { faults, ...files } = readContent(content.root, PROMPT_CONTRACTS)
  expect(faults).toEqual([])
  return files
}

describe('what is never remembered', () => {
  test('follows its file, keeps the last good rules when that breaks, and is everything when it is gone', async () => {
    const { deps, next } = listen()
    served = await serveFiles(deps, { root: content.root, contracts: PROMPT_CONTRACTS, takesOver: true })
    const isSensitive = followRules(served.factRules)
    expect([isSensitive(FERRET), isSensitive(TEA)]).toEqual([false, false])

    let told = next()
    await addFerrets()
    expect(await told).toBe('changed')
    expect([isSensitive(FERRET), isSensitive(TEA)]).toEqual([true, false])

    told = next()
    await content.change(FILE, 'words: [ferret*]', 'words: [ferret*')
    expect(await told).toBe('refused')
    expect([isSensitive(FERRET), isSensitive(TEA)]).toEqual([true, false])

    told = next()
    await content.remove(FILE)
    expect(await told).toBe('changed')
    expect(served.factRules()).toBeUndefined()
    expect([isSensitive(FERRET), isSensitive(TEA)]).toEqual([true, true])
  })

  test('is published, compared and rolled back with the release of a label', async () => {
    const publish = () =>
      publishContent(
        { db: database.db },
        {
          label: 'production',
          files: readFiles(),
          selection: undefined,
          neededPrompts: NEEDED_PROMPTS,
          author: 'Ann Editor',
          gitCommit: null,
          message: undefined,
          expected: undefined,
        },
      )
    const before = itemsOf(readFiles())
    await publish()
    const { deps, next } = listen()
    served = await serveLabel(deps, { label: 'production', neededPrompts: NEEDED_PROMPTS, pollMs: 20 })
    const isSensitive = followRules(served.factRules)
    expect([isSensitive(FERRET), isSensitive(TEA)]).toEqual([false, false])

    await addFerrets()
    expect(isSensitive(FERRET)).toBe(false)
    expect(describeChanges(before, itemsOf(readFiles()))).toEqual([
      'Category ferrets of memory filter sensitive is new',
    ])
    let told = next()
    await publish()
    expect(await told).toBe('changed')
    expect([isSensitive(FERRET), isSensitive(TEA)]).toEqual([true, false])

    told = next()
    await rollbackLabel(
      { db: database.db },
      {
        label: 'production',
        target: { steps: 1 },
        neededPrompts: NEEDED_PROMPTS,
        author: 'Ann Editor',
        message: undefined,
        expected: undefined,
      },
    )
    expect(await told).toBe('changed')
    expect(isSensitive(FERRET)).toBe(false)
  })
})
