import { loadAuthoredYaml } from '#platform/authored/load-authored.ts'
import { isKebabCase } from './authored-text.ts'
import type { AuthoredSituation, ContentFile } from './content-catalogue.ts'
import { fileFault, type NamedEntry, type Report, readContentFolder } from './content-folder.ts'
import { SituationFile, VariationFile } from './situation-file.ts'

const FOLDER = 'prompts/situations'
const SITUATION = 'situation'

/** The sound situations with their sound variations; the rest is reported. */
export function readSituations(root: string, report: Report): AuthoredSituation[] {
  const rules = { ending: '.yaml', allowsFolder: isKebabCase }
  const { files, folders } = readContentFolder(root, FOLDER, rules, report)
  for (const { path } of files)
    report(fileFault(path, 'does not belong here: each situation has a folder of its own'))
  return folders.flatMap((folder) => readSituation(root, folder, report))
}

function readSituation(root: string, { path, name }: NamedEntry, report: Report): AuthoredSituation[] {
  const { files } = readContentFolder(root, path, { ending: '.yaml' }, report)
  const situationFile = files.find((file) => file.name === SITUATION)
  const variationFiles = files.filter((file) => file !== situationFile)
  if (!situationFile) report(fileFault(`${path}/${SITUATION}.yaml`, 'is missing'))
  if (variationFiles.length === 0) report(fileFault(path, 'has no variation: add <variation>.yaml'))

  const variations = variationFiles.flatMap((file) => readVariation(root, file, report))
  if (!situationFile) return []
  const loaded = loadAuthoredYaml(SituationFile, root, situationFile.path)
  if (!loaded.ok) {
    report(...loaded.faults)
    return []
  }
  const { value, contentHash, faultAt } = loaded
  if (value.situation_name !== name) {
    report(faultAt(['situation_name'], `must be '${name}', as the folder is called`))
    return []
  }
  return [{ file: situationFile.path, value, contentHash, faultAt, variations }]
}

function readVariation(
  root: string,
  { path, name }: NamedEntry,
  report: Report,
): ContentFile<VariationFile>[] {
  const loaded = loadAuthoredYaml(VariationFile, root, path)
  if (!loaded.ok) {
    report(...loaded.faults)
    return []
  }
  const { value, contentHash, faultAt } = loaded
  if (value.variation_name !== name) {
    report(faultAt(['variation_name'], `must be '${name}', as the file is called`))
    return []
  }
  return [{ file: path, value, contentHash, faultAt }]
}
