import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'

describe('the transcriber', () => {
  test('is the embedded matcher unless one is configured, whatever keys there are', () => {
    expect(readConfig({ OPENAI_API_KEY: 'general' }).transcriber).toEqual({ provider: 'match' })
  })

  test("takes the general key and address for the vendor's own", () => {
    const environment = {
      MALGIL_TRANSCRIBER: 'openai',
      MALGIL_TRANSCRIBER_MODEL: 'gpt-4o-mini-transcribe',
      OPENAI_API_KEY: 'general',
      OPENAI_BASE_URL: 'https://gateway.example/v1',
    }
    expect(readConfig(environment).transcriber).toEqual({
      provider: 'openai',
      apiKey: 'general',
      baseUrl: 'https://gateway.example/v1',
      model: 'gpt-4o-mini-transcribe',
      format: undefined,
      passes: 1,
      timeoutMs: 20_000,
    })
  })

  test('never sends the general key to a server of its own', () => {
    const environment = {
      MALGIL_TRANSCRIBER: 'openai',
      MALGIL_TRANSCRIBER_MODEL: 'whisper-small',
      MALGIL_TRANSCRIBER_BASE_URL: 'http://127.0.0.1:8000/v1',
      OPENAI_API_KEY: 'general',
    }
    expect(() => readConfig(environment)).toThrow(/MALGIL_TRANSCRIBER_API_KEY is needed/)
    const own = readConfig({ ...environment, MALGIL_TRANSCRIBER_API_KEY: 'own' }).transcriber
    expect(own).toMatchObject({ apiKey: 'own', baseUrl: 'http://127.0.0.1:8000/v1' })
  })

  test.each([
    [{ MALGIL_TRANSCRIBER_MODEL: 'whisper-1' }, 'OPENAI_API_KEY or MALGIL_TRANSCRIBER_API_KEY is needed'],
    [{ OPENAI_API_KEY: 'general' }, 'MALGIL_TRANSCRIBER_MODEL is needed'],
    [{ MALGIL_TRANSCRIBER_PASSES: '3' }, 'MALGIL_TRANSCRIBER_PASSES'],
    [{ MALGIL_TRANSCRIBER_FORMAT: 'xml' }, 'MALGIL_TRANSCRIBER_FORMAT'],
  ])('with %j is refused, naming what is wrong', (environment, fault) => {
    expect(() => readConfig({ MALGIL_TRANSCRIBER: 'openai', ...environment })).toThrow(fault)
  })
})

describe('settings that are wrong (faults.md E17)', () => {
  test('are named where nobody reads them, with the one that was probably meant', () => {
    expect(() => readConfig({ MALGIL_DATA_DRI: '/data', MALGIL_WHATEVER_ELSE: '1' })).toThrow(
      'MALGIL_DATA_DRI: there is no such setting; did you mean MALGIL_DATA_DIR?; MALGIL_WHATEVER_ELSE: there is no such setting',
    )
  })

  test('are named with the prefix they do not have', () => {
    expect(() => readConfig({ MALGIL_PORT: '80' })).toThrow(
      'MALGIL_PORT: there is no such setting; did you mean PORT?',
    )
  })

  test('are named together with what is wrong with the others', () => {
    const environment = { PORT: 'abc', MALGIL_LLM_PROVIDER: 'openai', MALGIL_LLM_MODLE: 'small' }
    expect(() => readConfig(environment)).toThrow(
      /PORT: .*; MALGIL_LLM_MODLE: .*did you mean MALGIL_LLM_MODEL\?/,
    )
    const { PORT: _, ...slip } = environment
    expect(() => readConfig(slip)).toThrow(/did you mean MALGIL_LLM_MODEL\?/)
  })

  test('are none where a routes file reads a key by that name', () => {
    const routes = join(mkdtempSync(join(tmpdir(), 'malgil-config-')), 'models.yaml')
    writeFileSync(
      routes,
      `providers: { own: { kind: openai, api_key_env: MALGIL_OWN_KEY } }
routes: { default: [{ provider: own, model: m }] }
`,
    )
    expect(() => readConfig({ MALGIL_LLM_ROUTES: routes, MALGIL_OWN_KEY: 'secret' })).not.toThrow()
    expect(() => readConfig({ MALGIL_LLM_ROUTES: routes })).toThrow('MALGIL_OWN_KEY is not set')
  })

  test('of apps that use the client are none of ours', () => {
    expect(() => readConfig({ MALGIL_URL: 'http://127.0.0.1:8080', MALGIL_KEY: 'malgil_x' })).not.toThrow()
  })

  test.each(['abc', '80a', 'http'])('PORT=%s is said to be no number', (port) => {
    expect(() => readConfig({ PORT: port })).toThrow(/PORT: Invalid input: it must be a number/)
  })
})
