import type { z } from 'zod'
import { type RepairLine, toRepairLine } from '#engines/language/repair-line.ts'
import { type SafetyRule, toSafetyRule } from '#engines/language/safety-rule.ts'
import { loadAuthoredYaml } from '#platform/authored/load-authored.ts'
import type { AuthoredText, ContentFile } from './content-catalogue.ts'
import { type NamedEntry, type Report, readContentFolder } from './content-folder.ts'
import { RepairFile, SafetyFile } from './phrase-files.ts'

export const REPAIR = 'repair'
export const SAFETY = 'safety'

/** The sound files of lines that mend a talk, one a kind. */
export const readRepairs = (root: string, report: Report): ContentFile<RepairFile>[] =>
  readNamed(root, { folder: REPAIR, schema: RepairFile, key: 'kind', nameOf: ({ kind }) => kind }, report)

/** The sound files of what is not talked about, one a category. */
export const readSafety = (root: string, report: Report): ContentFile<SafetyFile>[] =>
  readNamed(
    root,
    { folder: SAFETY, schema: SafetyFile, key: 'category', nameOf: ({ category }) => category },
    report,
  )

type Kind<Schema extends z.ZodType> = {
  folder: string
  schema: Schema
  /** The key that must say what the file is called. */
  key: string
  nameOf: (value: z.output<Schema>) => string
}

function readNamed<Schema extends z.ZodType>(
  root: string,
  kind: Kind<Schema>,
  report: Report,
): ContentFile<z.output<Schema>>[] {
  const rules = { ending: '.yaml', isOptional: true }
  const { files } = readContentFolder(root, `prompts/${kind.folder}`, rules, report)
  return files.flatMap((file) => readOne(root, { ...kind, file }, report))
}

function readOne<Schema extends z.ZodType>(
  root: string,
  { file: { path, name }, schema, key, nameOf }: Kind<Schema> & { file: NamedEntry },
  report: Report,
): ContentFile<z.output<Schema>>[] {
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
}

export const toRepairLines = (files: readonly AuthoredText<RepairFile>[]): RepairLine[] =>
  files.map(({ value: { kind, around, patterns, says, note }, contentHash }) =>
    toRepairLine({ kind, version: contentHash, around, patterns, says, note }),
  )

export const toSafetyRules = (files: readonly AuthoredText<SafetyFile>[]): SafetyRule[] =>
  files.map(({ value: { category, patterns, except, says, note }, contentHash }) =>
    toSafetyRule({ category, version: contentHash, patterns, except, says, note }),
  )
