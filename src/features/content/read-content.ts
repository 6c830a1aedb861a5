import type { AuthoredFault } from '#platform/authored/fault.ts'
import { loadAuthoredMarkdown } from '#platform/authored/load-authored.ts'
import type { ContentCatalogue, ContentFile } from './content-catalogue.ts'
import { type NamedEntry, type Report, readContentFolder } from './content-folder.ts'
import { withKnownReferences } from './content-references.ts'
import { type PersonaFile, PersonaFrontMatter } from './persona-file.ts'
import { type PromptFile, PromptFrontMatter, unusedVariables } from './prompt-file.ts'
import { templateFaults } from './prompt-template.ts'
import { CULTURAL_CONTEXTS, LOCATIONS, readCulturalContexts, readLocations } from './read-locations.ts'
import { REPAIR, readRepairs, readSafety, SAFETY } from './read-phrases.ts'
import { readSituations } from './read-situations.ts'
import { readSpeechFeedback, SPEECH_FEEDBACK } from './read-speech-feedback.ts'

/** `prices` is not content for learners; the feature that counts usage reads it. */
const FOLDERS = ['situations', LOCATIONS, CULTURAL_CONTEXTS, SPEECH_FEEDBACK, REPAIR, SAFETY, 'prices']

/**
 * Everything authored below `root`, the folder that holds `prompts/` and `personas/`. A file with faults is left
 * out of the lists and its faults are named, all of them in one run.
 */
export function readContent(root: string): ContentCatalogue {
  const faults: AuthoredFault[] = []
  const report: Report = (...found) => {
    faults.push(...found)
  }
  const placed = {
    situations: readSituations(root, report),
    locations: readLocations(root, report),
    culturalContexts: readCulturalContexts(root, report),
  }
  const prompts = readPrompts(root, report)
  const personas = readPersonas(root, report)
  const speechFeedback = readSpeechFeedback(root, report)
  const phrases = { repairs: readRepairs(root, report), safety: readSafety(root, report) }
  return {
    ...withKnownReferences(root, placed, report),
    personas,
    prompts,
    speechFeedback,
    ...phrases,
    faults,
  }
}

function readPrompts(root: string, report: Report): ContentFile<PromptFile>[] {
  const rules = { ending: '.prompt.md', allowsFolder: (name: string) => FOLDERS.includes(name) }
  const { files } = readContentFolder(root, 'prompts', rules, report)
  return files.flatMap((file) => readPrompt(root, file, report))
}

function readPrompt(root: string, { path, name }: NamedEntry, report: Report): ContentFile<PromptFile>[] {
  const loaded = loadAuthoredMarkdown(PromptFrontMatter, root, path)
  if (!loaded.ok) {
    report(...loaded.faults)
    return []
  }
  const { body, contentHash, faultAt, faultInBody } = loaded
  const value: PromptFile = { ...loaded.value, body }
  const found = [
    ...(value.name === name ? [] : [faultAt(['name'], `must be '${name}', as the file is called`)]),
    ...unusedVariables(value).map((variable) => faultAt(['input', 'schema', variable], 'is never used')),
    ...templateFaults(body, Object.keys(value.input.schema)).map(({ offset, message }) =>
      faultInBody(offset, message),
    ),
  ]
  report(...found)
  return found.length > 0 ? [] : [{ file: path, value, contentHash, faultAt }]
}

function readPersonas(root: string, report: Report): ContentFile<PersonaFile>[] {
  const { files } = readContentFolder(root, 'personas', { ending: '.persona.md' }, report)
  const personas = files.flatMap((file) => readPersona(root, file, report))
  const fileOfName = new Map<string, string>()
  for (const { file, value, faultAt } of personas) {
    const earlier = fileOfName.get(value.name)
    if (earlier) report(faultAt(['name'], `'${value.name}' is also the name in ${earlier}`))
    fileOfName.set(value.name, file)
  }
  return personas
}

function readPersona(root: string, { path, name }: NamedEntry, report: Report): ContentFile<PersonaFile>[] {
  const loaded = loadAuthoredMarkdown(PersonaFrontMatter, root, path)
  if (!loaded.ok) {
    report(...loaded.faults)
    return []
  }
  const { body, contentHash, faultAt } = loaded
  if (loaded.value.id !== name) {
    report(faultAt(['id'], `must be '${name}', as the file is called`))
    return []
  }
  return [{ file: path, value: { ...loaded.value, system_prompt: body }, contentHash, faultAt }]
}
