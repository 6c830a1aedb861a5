import type { z } from 'zod'
import { loadAuthoredYaml } from '#platform/authored/load-authored.ts'
import type { ContentFile } from './content-catalogue.ts'
import { type Report, readContentFolder } from './content-folder.ts'
import { CulturalContextFile, LocationFile } from './location-file.ts'

export const LOCATIONS = 'locations'
export const CULTURAL_CONTEXTS = 'cultural-contexts'

/** The sound locations; the rest is reported. Content that is bound to no place has none. */
export const readLocations = (root: string, report: Report): ContentFile<LocationFile>[] =>
  readNamedFiles(root, report, {
    folder: LOCATIONS,
    schema: LocationFile,
    key: 'location_name',
    nameOf: (location) => location.location_name,
  })

/** The sound cultural contexts; the rest is reported. */
export const readCulturalContexts = (root: string, report: Report): ContentFile<CulturalContextFile>[] =>
  readNamedFiles(root, report, {
    folder: CULTURAL_CONTEXTS,
    schema: CulturalContextFile,
    key: 'context_name',
    nameOf: (context) => context.context_name,
  })

type NamedFiles<Schema extends z.ZodType> = {
  folder: string
  schema: Schema
  /** The key that repeats the name of the file. */
  key: string
  nameOf: (value: z.output<Schema>) => string
}

function readNamedFiles<Schema extends z.ZodType>(
  root: string,
  report: Report,
  { folder, schema, key, nameOf }: NamedFiles<Schema>,
): ContentFile<z.output<Schema>>[] {
  const rules = { ending: '.yaml', isOptional: true }
  const { files } = readContentFolder(root, `prompts/${folder}`, rules, report)
  return files.flatMap(({ path, name }) => {
    const loaded = loadAuthoredYaml(schema, root, path)
    if (!loaded.ok) {
      report(...loaded.faults)
      return []
    }
    const { value, contentHash, faultAt } = loaded
    if (nameOf(value) !== name) {
      report(faultAt([key], `must be '${name}', as the file is called`))
      return []
    }
    return [{ file: path, value, contentHash, faultAt }]
  })
}
