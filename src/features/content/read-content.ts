import type { AuthoredFault } from '#platform/authored/fault.ts'
import { loadAuthoredMarkdown } from '#platform/authored/load-authored.ts'
import type { ContentCatalogue, ContentFile } from './content-catalogue.ts'
import { type NamedEntry, type Report, readContentFolder } from './content-folder.ts'
import { withKnownReferences } from './content-references.ts'
import { LEARNER_FACTS, readFactRules } from './fact-rules-file.ts'
import { type PersonaFile, PersonaFrontMatter } from './persona-file.ts'
import type { PromptContracts } from './prompt-contract.ts'
import { CULTURAL_CONTEXTS, LOCATIONS, readCulturalContexts, readLocations } from './read-locations.ts'
import { REPAIR, readRepairs, readSafety, SAFETY } from './read-phrases.ts'
import { readPrompts } from './read-prompts.ts'
import { learnerFaults, readSimulatedLearners, SIMULATED_LEARNERS } from './read-simulated-learners.ts'
import { readSituations } from './read-situations.ts'
import { readSpeechFeedback, SPEECH_FEEDBACK } from './read-speech-feedback.ts'
import { strayPlaceholderMessage, strayPlaceholders } from './stray-placeholders.ts'

/** `prices` is not content for learners; the feature that counts usage reads it. */
const FOLDERS = [
  'situations',
  LOCATIONS,
  CULTURAL_CONTEXTS,
  SPEECH_FEEDBACK,
  LEARNER_FACTS,
  SIMULATED_LEARNERS,
  REPAIR,
  SAFETY,
  'prices',
]

/**
 * Everything authored below `root`, the folder that holds `prompts/` and `personas/`. A file with faults is left
 * out of the lists and its faults are named, all of them in one run. With `contracts`, so is what keeps a prompt from
 * what the service uses it for.
 */
export function readContent(root: string, contracts: PromptContracts = {}): ContentCatalogue {
  const faults: AuthoredFault[] = []
  const report: Report = (...found) => {
    faults.push(...found)
  }
  const placed = {
    situations: readSituations(root, report),
    locations: readLocations(root, report),
    culturalContexts: readCulturalContexts(root, report),
  }
  const prompts = readPrompts(root, { folders: FOLDERS, contracts, report })
  const personas = readPersonas(root, report)
  const speechFeedback = readSpeechFeedback(root, report)
  const phrases = { repairs: readRepairs(root, report), safety: readSafety(root, report) }
  const factRules = readFactRules(root, report)
  const simulatedLearners = readSimulatedLearners(root, report)
  const known = withKnownReferences(root, placed, report)
  report(...learnerFaults(root, { ...known, personas }))
  const read = { ...known, personas, prompts, speechFeedback, ...phrases, factRules, simulatedLearners }
  report(...strayPlaceholders(read))
  return { ...read, faults }
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
  const { body, contentHash, faultAt, faultInBody } = loaded
  const message = strayPlaceholderMessage(body)
  if (message !== undefined) report(faultInBody(body.search(/\{|</), message))
  if (loaded.value.id !== name) {
    report(faultAt(['id'], `must be '${name}', as the file is called`))
    return []
  }
  return [{ file: path, value: { ...loaded.value, system_prompt: body }, contentHash, faultAt }]
}
