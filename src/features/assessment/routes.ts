import { z } from 'zod'
import { AssessmentWire, presentAssessment } from '#engines/speech/assessment-wire.ts'
import { Advice } from '#engines/speech/feedback/advice.ts'
import { whenClosed } from '#platform/http/admission.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { personText } from '#platform/http/parse.ts'
import { hashRequest } from '#platform/http/request-hash.ts'
import { createSeenRequests } from '#platform/http/seen-requests.ts'
import { type AssessFileDeps, assessFile } from './assess-file.ts'
import { LearnerLanguages } from './learner-languages.ts'

const AssessmentAnswer = AssessmentWire.extend({
  feedback: z.array(Advice).describe('What is most worth mending, the most useful first; three at most'),
}).meta({ id: 'AssessmentWithFeedback', description: 'The scores of a recording, and what to mend' })

const MAX_REFERENCE_CHARACTERS = 2_000

export function assessmentRoutes(deps: AssessFileDeps): Endpoint[] {
  const hasSeen = createSeenRequests()
  return [
    endpoint({
      method: 'post',
      path: '/assessments',
      operationId: 'createAssessment',
      tag: 'Assessment',
      repeats: 'recomputed',
      summary: 'Score a recording against the text that was to be said; nothing is stored',
      multipart: {
        file: 'audio',
        fields: z.strictObject({
          text: personText(MAX_REFERENCE_CHARACTERS).describe('The reference'),
          ...LearnerLanguages.shape,
        }),
      },
      answers: {
        200: {
          description: 'The assessment with feedback',
          schema: AssessmentAnswer,
          headers: ['Idempotent-Replayed'],
        },
      },
      problems: {
        408: ['upload.too_slow'],
        415: ['audio.unsupported_type'],
        422: [
          'audio.no_speech',
          'audio.too_long',
          'audio.too_short',
          'audio.truncated',
          'text.not_speakable',
          'idempotency.key_reused',
        ],
        503: ['speech.overloaded', 'upload.too_many'],
      },
      async handle({ identity: { appId }, idempotencyKey, readUpload, res }) {
        const gone = new AbortController()
        res.on('close', () => gone.abort())
        const { file, fields } = await readUpload()
        const { text, ...languages } = fields
        try {
          const requestHash = hashRequest({ audio: file.sha256, ...fields })
          if (hasSeen({ appId, idempotencyKey, requestHash })) res.set('Idempotent-Replayed', 'true')
          whenClosed(res, deps.speech.admit())
          const { feedback, ...assessment } = await assessFile(deps, {
            path: file.path,
            text,
            languages,
            signal: gone.signal,
          })
          res.json({ ...presentAssessment(assessment), feedback })
        } finally {
          await file.discard()
        }
      },
    }),
  ]
}
