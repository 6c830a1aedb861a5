import type { AuthoredFault } from '#platform/authored/fault.ts'
import { listFolder } from '#platform/authored/list-folder.ts'
import type { ContentCatalogue, ContentFile } from './content-catalogue.ts'
import type { Report } from './content-folder.ts'
import { LOCATIONS } from './read-locations.ts'

type Placed = Pick<ContentCatalogue, 'situations' | 'locations' | 'culturalContexts'>

/** Only what refers to things that are there; the rest is reported at the line of the reference. */
export function withKnownReferences(root: string, content: Placed, report: Report): Placed {
  // By the names of files and folders: what is there but has faults of its own is not reported as missing too.
  const situations = new Set(listNames(root, 'prompts/situations'))
  const locations = new Set(listNames(root, `prompts/${LOCATIONS}`).map(withoutEnding))
  return {
    situations: content.situations.filter(
      isSound(report, ({ value, faultAt }) =>
        value.location === undefined || locations.has(value.location)
          ? []
          : [faultAt(['location'], `'${value.location}' is no file in prompts/${LOCATIONS}`)],
      ),
    ),
    locations: content.locations.filter(isSound(report, situationFaults(situations))),
    culturalContexts: content.culturalContexts.filter(isSound(report, situationFaults(situations))),
  }
}

const isSound =
  <File>(report: Report, faultsOf: (file: File) => AuthoredFault[]) =>
  (file: File): boolean => {
    const faults = faultsOf(file)
    report(...faults)
    return faults.length === 0
  }

const situationFaults =
  (known: ReadonlySet<string>) =>
  ({ value: { related_situations: names }, faultAt }: ContentFile<{ related_situations: string[] }>) =>
    names.flatMap((name, index) => {
      const at = ['related_situations', index]
      if (!known.has(name)) return [faultAt(at, `'${name}' is no folder in prompts/situations`)]
      return names.indexOf(name) < index ? [faultAt(at, `'${name}' is given twice`)] : []
    })

const listNames = (root: string, folder: string) => (listFolder(root, folder) ?? []).map(({ name }) => name)
const withoutEnding = (name: string) => name.replace(/\.yaml$/, '')
