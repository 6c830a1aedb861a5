import { createHash } from 'node:crypto'
import { parseTemplate } from '#engines/prompt/parse-template.ts'
import { includedPartials, type Partials, partialFaults, withPartials } from '#engines/prompt/partials.ts'
import { type AuthoredTextFile, loadAuthoredMarkdown } from '#platform/authored/load-authored.ts'
import { isKebabCase } from './authored-text.ts'
import type { ContentFile } from './content-catalogue.ts'
import { fileFault, type NamedEntry, type Report, readContentFolder } from './content-folder.ts'
import type { PromptContracts } from './prompt-contract.ts'
import { PartialFrontMatter, type PromptFile, PromptFrontMatter } from './prompt-file.ts'
import { promptFaults } from './prompt-rules.ts'

const FOLDER = 'prompts'
const ENDING = '.prompt.md'
const PARTIAL = '_'

type ReadPromptsInput = {
  /** What else lies in the folder. */
  folders: readonly string[]
  contracts: PromptContracts
  report: Report
}

/** The sound prompts, each with its partials in it; the rest is reported. */
export function readPrompts(
  root: string,
  { folders, contracts, report }: ReadPromptsInput,
): ContentFile<PromptFile>[] {
  const rules = {
    ending: ENDING,
    allowsFolder: (name: string) => folders.includes(name),
    allowsName: (name: string) => name.startsWith(PARTIAL) && isKebabCase(name.slice(PARTIAL.length)),
  }
  const { files } = readContentFolder(root, FOLDER, rules, report)
  const isPartial = ({ name }: NamedEntry) => name.startsWith(PARTIAL)
  const partials = readPartials(root, files.filter(isPartial), report)
  const prompts = files.filter((file) => !isPartial(file))
  for (const [name, { isForTests }] of Object.entries(contracts)) {
    if (!isForTests && !prompts.some((prompt) => prompt.name === name)) {
      report(fileFault(`${FOLDER}/${name}${ENDING}`, 'is missing: the service uses it'))
    }
  }
  return prompts.flatMap((file) => readPrompt(root, file, { partials, contracts, report }))
}

/** By name. One that cannot be read is there without a text, so that nobody is told that it is missing. */
function readPartials(root: string, files: readonly NamedEntry[], report: Report): Partials {
  const loaded = files.map(({ path, name }) => ({
    name: name.slice(PARTIAL.length),
    file: loadAuthoredMarkdown(PartialFrontMatter, root, path),
  }))
  const partials = new Map(loaded.map(({ name, file }) => [name, file.ok ? file.body : '']))
  for (const { name, file } of loaded) {
    if (!file.ok) report(...file.faults)
    else report(...partialFileFaults(name, file, partials))
  }
  return partials
}

function partialFileFaults(
  name: string,
  { value, body, faultAt, faultInBody }: AuthoredTextFile<{ name: string }>,
  partials: Partials,
) {
  const found = [...parseTemplate(body).faults, ...partialFaults(body, partials, name)]
  return [
    ...(value.name === name ? [] : [faultAt(['name'], `must be '${name}', as the file is called`)]),
    ...found.map(({ offset, message }) => faultInBody(offset, message)),
  ]
}

function readPrompt(
  root: string,
  { path, name }: NamedEntry,
  { partials, contracts, report }: { partials: Partials; contracts: PromptContracts; report: Report },
): ContentFile<PromptFile>[] {
  const loaded = loadAuthoredMarkdown(PromptFrontMatter, root, path)
  if (!loaded.ok) {
    report(...loaded.faults)
    return []
  }
  const { body, contentHash, faultAt, faultInBody } = loaded
  const prompt: PromptFile = { ...loaded.value, body }
  const { inBody, inFrontMatter } = promptFaults({ prompt, partials, contract: contracts[name] })
  const found = [
    ...(prompt.name === name ? [] : [faultAt(['name'], `must be '${name}', as the file is called`)]),
    ...inFrontMatter.map((fault) => faultAt(fault.path, fault.message)),
    ...inBody.map(({ offset, message }) => faultInBody(offset, message)),
  ]
  report(...found)
  // A prompt of a broken partial cannot be put together, and the partial's own faults say why.
  if (found.length > 0 || !isWhole(body, partials)) return []
  const value = { ...prompt, body: withPartials(body, partials) }
  return [{ file: path, value, contentHash: hashOf(contentHash, value.body, body), faultAt }]
}

/** Whether all that it includes, directly or not, can be read. */
function isWhole(body: string, partials: Partials): boolean {
  return includedPartials(body).every(({ name }) => {
    const partial = partials.get(name) ?? ''
    const found = [...parseTemplate(partial).faults, ...partialFaults(partial, partials, name)]
    return partial !== '' && found.length === 0 && isWhole(partial, partials)
  })
}

/** A prompt is another version when a partial of it is. */
const hashOf = (contentHash: string, whole: string, written: string) =>
  whole === written ? contentHash : createHash('sha256').update(contentHash).update(whole).digest('hex')
