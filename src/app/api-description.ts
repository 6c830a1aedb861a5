import { readFileSync } from 'node:fs'
import type { ApiDocument, CallExamples } from '#platform/http/openapi/document.ts'

const INFO: ApiDocument['info'] = {
  title: 'malgil',
  version: '1',
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  description:
    'Spoken and written language practice. Every call needs `Authorization: Bearer <api key>` of an app; ' +
    'what belongs to a learner lives under `/users/{userId}`. Problems are RFC 9457 with a stable `code`. ' +
    'More requests a minute, or more event streams at once, than an app or a learner may make are answered by 429 ' +
    '`rate.exceeded` or `rate.too_many_streams` with `Retry-After`; `RateLimit` says how many are left. ' +
    'Calls that answer as `text/event-stream` send one event after the other (`id`, `event`, `data` as JSON) and a ' +
    'comment line every 15 s; the schema of that answer is `event` and `data` of each. A stream ends after ' +
    '`turn.completed`, `message.completed` or `problem`; after a lost connection `Last-Event-ID` goes on where it broke.',
}

const TAGS: ApiDocument['tags'] = [
  { name: 'Users', description: 'Learners of an app, and what they prefer' },
  { name: 'Facts about a learner', description: 'What personas remember of a learner, and forgetting it' },
  { name: 'Catalogue', description: 'What can be practised and talked about: published content' },
  { name: 'Assessment', description: 'Scores of a recording, with nothing stored' },
  { name: 'Practice', description: 'Sessions of an authored situation, turn by turn' },
  { name: 'Conversations', description: 'Free talk with a persona' },
  { name: 'Recordings', description: 'The audio of learners' },
  { name: 'Usage', description: 'Tokens and cost' },
]

/** Made by `npm run api:examples`: what the service answered in a story that calls everything. */
const readExamples = (): CallExamples =>
  JSON.parse(readFileSync(new URL('./api-examples.json', import.meta.url), 'utf8'))

export const describeApi = (prefix: string): ApiDocument => ({
  info: INFO,
  tags: TAGS,
  prefix,
  examples: readExamples(),
})
