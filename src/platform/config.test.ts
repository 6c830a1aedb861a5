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
