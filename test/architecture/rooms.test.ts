import { describe, expect, test } from 'vitest'
import { findRoomFaults } from './rooms.ts'
import { listSourceFiles } from './source-files.ts'

describe('rooms', () => {
  test('imports point left only, features and engines do not know each other, packages stay in their homes', () => {
    expect(listSourceFiles().flatMap(findRoomFaults)).toEqual([])
  })

  test('only the command line reads the environment, and PATH where a program is looked for', () => {
    const readers = listSourceFiles()
      .filter(({ path, text }) => /\bprocess\.env\b/.test(text) && !path.startsWith('app/commands/'))
      .map(({ path, text }) => ({
        path,
        names: [...text.matchAll(/process\.env\.?(\w*)/g)].map(([, name]) => name),
      }))
    expect(readers).toEqual([{ path: 'platform/child-process/find-program.ts', names: ['PATH'] }])
  })

  test.each([
    ['base/ids.ts', "import { db } from '#platform/db/db.ts'", 'base may not know platform'],
    [
      'platform/http/x.ts',
      "import { a } from '#features/content/index.ts'",
      'platform may not know features',
    ],
    [
      'features/practice/x.ts',
      "import { a } from '#features/content/index.ts'",
      'a feature may not know another',
    ],
    ['features/practice/x.ts', "import { a } from '../content/index.ts'", 'a feature may not know another'],
    ['engines/llm/x.ts', "import { a } from '#engines/speech/engine.ts'", 'an engine may not know another'],
    [
      'engines/llm/x.ts',
      "export { a } from '../../features/content/index.ts'",
      'across rooms, use the room name',
    ],
    [
      'app/wire.ts',
      "import { a } from '#features/content/queries.ts'",
      'app sees a feature through its index.ts',
    ],
    ['features/practice/x.ts', "import OpenAI from 'openai'", 'the package openai does not belong here'],
    [
      'features/practice/x.ts',
      "const a = await import('#features/content/index.ts')",
      'a feature may not know another',
    ],
    ['base/x.ts', "import { readFileSync } from 'node:fs'", 'base touches nothing outside the process'],
    ['client/x.ts', "import { openAsBlob } from 'node:fs'", 'the client stands alone'],
    ['client/x.ts', "import { z } from 'zod'", 'the client stands alone'],
    ['client/x.ts', "import { AppError } from '#base/errors.ts'", 'the client stands alone'],
    ['app/x.ts', "import { MalgilError } from '../client/index.ts'", 'src imports only from the rooms'],
  ])('the check sees what it must see: %s with %s', (path, text, fault) => {
    expect(findRoomFaults({ path, text })).toEqual([expect.stringContaining(fault)])
  })
})
