import { z } from 'zod'
import { AssessmentWire, presentAssessment } from '#engines/speech/assessment-wire.ts'
import type { SpeechEngine } from '#engines/speech/engine.ts'
import { type Endpoint, endpoint } from '#platform/http/endpoint.ts'
import { personText } from '#platform/http/parse.ts'
import { assessFile } from './assess-file.ts'

const MAX_REFERENCE_CHARACTERS = 2_000

export function assessmentRoutes(deps: { speech: SpeechEngine }): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/assessments',
      tag: 'Assessment',
      summary: 'Score a recording against the text that was to be said; nothing is stored',
      multipart: {
        file: 'audio',
        fields: z.strictObject({ text: personText(MAX_REFERENCE_CHARACTERS).describe('The reference') }),
      },
      answers: { 200: { description: 'The assessment', schema: AssessmentWire } },
      problems: [
        'audio.unsupported_type',
        'audio.no_speech',
        'audio.too_long',
        'audio.too_short',
        'audio.truncated',
        'text.not_speakable',
      ],
      async handle({ readUpload, res }) {
        const gone = new AbortController()
        res.on('close', () => gone.abort())
        const { file, fields } = await readUpload()
        try {
          const assessment = await assessFile(deps, {
            path: file.path,
            text: fields.text,
            signal: gone.signal,
          })
          res.json(presentAssessment(assessment))
        } finally {
          await file.discard()
        }
      },
    }),
  ]
}
