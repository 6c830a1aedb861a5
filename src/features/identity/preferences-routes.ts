import { z } from 'zod'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { textField, uuidField } from '#platform/http/fields.ts'
import { personText } from '#platform/http/parse.ts'
import { type ChangePreferencesDeps, changePreferences, readPreferences } from './change-preferences.ts'
import { CEFR_LEVELS, LANGUAGE_USES } from './preferences.ts'

const MAX_LANGUAGES = 20
const MAX_AVATAR_CHARACTERS = 10_000

/** BCP 47; only the primary tag counts. */
const LanguageTag = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/, "must be a language tag such as 'ko' or 'en-US'")

const LanguageWire = z.strictObject({
  code: LanguageTag.describe('A language tag such as `ko` or `en-US`'),
  use: z.enum(LANGUAGE_USES).describe('What the language is to the learner'),
  level: z.enum(CEFR_LEVELS).nullable().default(null).describe('How well the learner speaks it'),
  isPrimary: z.boolean().default(false).describe('At most one of each use'),
})

const Languages = z
  .array(LanguageWire)
  .max(MAX_LANGUAGES)
  .refine((languages) => isUnique(languages.map(({ code, use }) => `${use} ${code}`)), 'names one twice')
  .refine(
    (languages) => isUnique(languages.filter(({ isPrimary }) => isPrimary).map(({ use }) => use)),
    'has two primary languages of the same use',
  )

const isUnique = (keys: string[]) => new Set(keys).size === keys.length

const fields = {
  preferredPersona: textField(50)
    .min(1)
    .nullable()
    .describe('Whom a conversation is with that is begun without a `personaId`'),
  preferredVoice: personText(100).nullable().describe("Name of a voice, in the app's own terms"),
  voiceEnabled: z.boolean().describe('Whether replies are read aloud'),
  language: LanguageTag.describe("Of the app's screens"),
  explanationLanguage: LanguageTag.nullable().describe(
    'What advice is written in: ko, anything else is answered in English; null: `language`',
  ),
  theme: personText(20).describe('Of the screens of the app'),
  avatarCustomization: z
    .record(z.string(), z.unknown())
    .refine((value) => isStorable(value), `must be at most ${MAX_AVATAR_CHARACTERS} characters of JSON text`)
    .describe('Kept as it is'),
  rememberFacts: z
    .boolean()
    .describe('False: nothing is learnt about the learner from free talk, and what is known is not used'),
  languages: Languages.describe('The primary native one chooses the advice on pronunciation'),
}

/** PostgreSQL keeps no U+0000 in JSON, and a lone surrogate is no character. */
function isStorable(value: unknown): boolean {
  const text = JSON.stringify(value)
  return text.length <= MAX_AVATAR_CHARACTERS && !/\\u(?:0000|d[89a-f])/i.test(text)
}

const PreferencesWire = z.object(fields).meta({ id: 'Preferences', description: 'What a learner prefers' })
const PreferencesBody = z.strictObject(fields).partial()

const TAG = 'Users'
const UserParams = z.object({ userId: uuidField().describe('Of the learner') })
const answers = { 200: { description: 'As they are now', schema: PreferencesWire } }

export function preferencesRoutes(deps: ChangePreferencesDeps): Endpoint[] {
  const change = (method: 'put' | 'patch') =>
    endpoint({
      method,
      path: '/users/{userId}/preferences',
      operationId: method === 'put' ? 'replacePreferences' : 'changePreferences',
      tag: TAG,
      summary:
        method === 'put' ? "Replace a learner's preferences" : "Change some of a learner's preferences",
      description:
        method === 'put' ? 'What is left out goes back to its default.' : 'What is left out stays.',
      params: UserParams,
      body: PreferencesBody,
      answers,
      problems: { 404: ['persona.not_found'] },
      async handle({ params: { userId }, readBody, res }) {
        const changes = await readBody()
        res.json(await changePreferences(deps, { userId, changes, isWhole: method === 'put' }))
      },
    })
  return [
    endpoint({
      method: 'get',
      path: '/users/{userId}/preferences',
      operationId: 'getPreferences',
      tag: TAG,
      summary: 'What a learner prefers, and the defaults for what they never said',
      params: UserParams,
      answers,
      async handle({ params: { userId }, res }) {
        res.json(await readPreferences(deps.db, userId))
      },
    }),
    change('put'),
    change('patch'),
  ]
}
