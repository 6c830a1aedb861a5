import { openAsBlob } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CallExamples } from '#platform/http/openapi/document.ts'
import { createRecorder } from './recorder.ts'

const AUDIO = fileURLToPath(new URL('../../fixtures/audio/iced-americano.webm', import.meta.url))
const WORDS = 'Can I get an iced americano, please?'

/** A learner practises, talks freely, and is forgotten. A new call of the service needs a line here. */
export async function recordExamples(url: string, key: string): Promise<CallExamples> {
  const { record, examples } = createRecorder(url, key)
  const audio = await openAsBlob(AUDIO)

  const learner = { displayName: 'Haneul', city: 'Daegu', languageLevel: 'beginner', cefrLevel: 'A2' }
  const { userId } = await record('putUserByExternalId', 'PUT /users/by-external-id/learner-1', learner)
  await record('putUserByExternalId', 'PUT /users/by-external-id/learner-1', learner)
  const user = `/users/${userId}`
  await record('listUsers', 'GET /users?externalId=learner-1')
  await record('getUser', `GET ${user}`)

  await record('listPersonas', 'GET /personas')
  const situations = await record('listSituations', 'GET /situations?level=beginner')
  const cafe = situations.items.find(({ name }: { name: string }) => name === 'cafe-ordering')
  const variations = await record('listVariations', `GET /situations/${cafe.situationId}/variations`)
  const americano = variations.items.find(({ name }: { name: string }) => name.startsWith('iced-americano'))
  const locations = await record('listLocations', 'GET /locations')
  await record('getLocation', `GET /locations/${locations.items[0].locationId}`)
  await record('listCulturalContexts', 'GET /cultural-contexts')

  const languages = [{ code: 'ko', use: 'native', isPrimary: true }]
  const preferences = { preferredPersona: 'daegu-friend', explanationLanguage: 'ko', languages }
  await record('replacePreferences', `PUT ${user}/preferences`, preferences)
  await record('changePreferences', `PATCH ${user}/preferences`, { voiceEnabled: false })
  await record('getPreferences', `GET ${user}/preferences`)

  await record('createAssessment', 'POST /assessments', { audio, text: WORDS, firstLanguage: 'ko' })

  const { variationId } = americano
  const { sessionId } = await record('startPracticeSession', `POST ${user}/practice-sessions`, {
    variationId,
  })
  const session = `${user}/practice-sessions/${sessionId}`
  const { turnId } = await record('postTurn', `POST ${session}/turns`, { audio })
  const later = await record('postTurn', `POST ${session}/turns`, { text: WORDS }, ASYNC)
  await record('getTurn', `GET ${session}/turns/${later.turnId}`, undefined, EVENTS)
  await record('postTurn', `POST ${session}/turns`, { text: 'No sugar, thank you.' }, EVENTS)
  await record('getTurn', `GET ${session}/turns/${turnId}`)
  await record('requestHint', `POST ${session}/hints`, {})
  await record('completePracticeSession', `POST ${session}/complete`, { satisfactionRating: 5 })
  const spoken = await record('getPracticeSession', `GET ${session}`)
  await record('listPracticeSessions', `GET ${user}/practice-sessions`)
  await record('listRecordings', `GET ${user}/recordings`)
  const recording = `${user}/recordings/${spoken.turns[0].input.recordingId}`
  await record('getRecording', `GET ${recording}`)
  await record('deleteRecording', `DELETE ${recording}`)
  await record('deletePracticeSession', `DELETE ${session}?recordings=erase`)

  const { conversationId } = await record('startConversation', `POST ${user}/conversations`, {
    personaId: 'daegu-friend',
  })
  const talk = `${user}/conversations/${conversationId}`
  const said = { text: 'Hi Haneul! I walked up Apsan today.' }
  const { message } = await record('postMessage', `POST ${talk}/messages`, said)
  const pending = await record('postMessage', `POST ${talk}/messages`, { text: 'My legs are tired.' }, ASYNC)
  await record('getMessage', `GET ${talk}/messages/${pending.message.messageId}`, undefined, EVENTS)
  await record('postMessage', `POST ${talk}/messages`, { text: 'Where shall we eat?' }, EVENTS)
  await record('getMessage', `GET ${talk}/messages/${message.messageId}`)
  await record('listConversations', `GET ${user}/conversations`)
  await record('getConversation', `GET ${talk}`)
  await record('deleteConversation', `DELETE ${talk}`)

  await record('listFacts', `GET ${user}/facts`)
  await record('deleteAllFacts', `DELETE ${user}/facts`)
  await record('getUsage', 'GET /usage?groupBy=purpose')
  await record('deleteUser', `DELETE ${user}`)
  return examples
}

const EVENTS = { Accept: 'text/event-stream' }
const ASYNC = { Prefer: 'respond-async' }
