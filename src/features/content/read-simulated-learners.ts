import type { AuthoredFault } from '#platform/authored/fault.ts'
import { listFolder } from '#platform/authored/list-folder.ts'
import { loadAuthoredYaml } from '#platform/authored/load-authored.ts'
import type { ContentCatalogue, ContentFile } from './content-catalogue.ts'
import { type Report, readContentFolder } from './content-folder.ts'
import { SimulatedLearnerFile } from './simulated-learner-file.ts'

export const SIMULATED_LEARNERS = 'simulated-learners'
const FOLDER = `prompts/${SIMULATED_LEARNERS}`
const ENDING = '.yaml'

/** Whoever talks in the tests of the content; there may be nobody. */
export function readSimulatedLearners(root: string, report: Report): ContentFile<SimulatedLearnerFile>[] {
  const { files } = readContentFolder(root, FOLDER, { ending: ENDING, isOptional: true }, report)
  return files.flatMap(({ path, name }) => {
    const loaded = loadAuthoredYaml(SimulatedLearnerFile, root, path)
    if (!loaded.ok) {
      report(...loaded.faults)
      return []
    }
    const { value, contentHash, faultAt } = loaded
    if (value.learner_name !== name) {
      report(faultAt(['learner_name'], `must be '${name}', as the file is called`))
      return []
    }
    return [{ file: path, value, contentHash, faultAt }]
  })
}

/** Tests that name a learner who is not there. A file with faults of its own is there. */
export function learnerFaults(
  root: string,
  { situations, personas }: Pick<ContentCatalogue, 'situations' | 'personas'>,
): AuthoredFault[] {
  const names = new Set((listFolder(root, FOLDER) ?? []).map(({ name }) => name.replace(ENDING, '')))
  const tested: ContentFile<{ tests?: { learner?: string | undefined }[] | undefined }>[] = [
    ...situations.flatMap(({ variations }) => variations),
    ...personas,
  ]
  return tested.flatMap(({ value: { tests = [] }, faultAt }) =>
    tests.flatMap(({ learner }, at) =>
      learner === undefined || names.has(learner)
        ? []
        : [faultAt(['tests', at, 'learner'], `'${learner}' is no file in ${FOLDER}`)],
    ),
  )
}
