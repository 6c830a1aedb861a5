import { FALLBACK_LANGUAGE, type FeedbackTemplates } from '#engines/speech/feedback/template.ts'
import { loadAuthoredYaml } from '#platform/authored/load-authored.ts'
import type { AuthoredText, ContentFile } from './content-catalogue.ts'
import { fileFault, type NamedEntry, type Report, readContentFolder } from './content-folder.ts'
import { SpeechFeedbackFile } from './speech-feedback-file.ts'
import { speechFeedbackFaults } from './speech-feedback-rules.ts'

export const SPEECH_FEEDBACK = 'speech-feedback'
const FOLDER = `prompts/${SPEECH_FEEDBACK}`

/** The sound files of templates, one a first language; the rest is reported. */
export function readSpeechFeedback(root: string, report: Report): ContentFile<SpeechFeedbackFile>[] {
  const { files } = readContentFolder(root, FOLDER, { ending: '.yaml' }, report)
  if (!files.some(({ name }) => name === FALLBACK_LANGUAGE)) {
    report(
      fileFault(`${FOLDER}/${FALLBACK_LANGUAGE}.yaml`, 'is missing: it serves every other first language'),
    )
  }
  return files.flatMap((file) => readTemplates(root, file, report))
}

function readTemplates(
  root: string,
  { path, name }: NamedEntry,
  report: Report,
): ContentFile<SpeechFeedbackFile>[] {
  const loaded = loadAuthoredYaml(SpeechFeedbackFile, root, path)
  if (!loaded.ok) {
    report(...loaded.faults)
    return []
  }
  const { value, contentHash, faultAt } = loaded
  const found = speechFeedbackFaults(value).map((fault) => faultAt(fault.path, fault.message))
  if (value.first_language !== name) {
    found.unshift(faultAt(['first_language'], `must be '${name}', as the file is called`))
  }
  report(...found)
  return found.length > 0 ? [] : [{ file: path, value, contentHash, faultAt }]
}

/** As the speech engine takes them. */
export const toFeedbackTemplates = (
  files: readonly AuthoredText<SpeechFeedbackFile>[],
): FeedbackTemplates[] =>
  files.map(({ file, value, contentHash }) => ({
    file,
    version: contentHash,
    firstLanguage: value.first_language,
    templates: value.templates.map(({ heard_as, minimal_pairs, ...template }) => ({
      ...template,
      heardAs: heard_as,
      minimalPairs: minimal_pairs,
    })),
  }))
