import { writeFileSync } from 'node:fs'
import { AppError } from '#base/errors.ts'
import {
  type CardImport,
  type CardSpec,
  exportCard,
  formatFault,
  importCard,
} from '#features/content/index.ts'
import { readConfig } from '#platform/config.ts'

export type ImportFlags = { id?: string; language: string; dir?: string; force?: boolean }
export type ExportFlags = { png?: string; out?: string; spec?: CardSpec; dir?: string; force?: boolean }

/** Every file is tried; what is wrong with one never keeps the others out. */
export function importCards(files: string[], { id, language, dir, force }: ImportFlags): void {
  if (id !== undefined && files.length > 1) throw idOfMany()
  const options = { root: rootOf(dir), id, language, replaces: force ?? false }
  for (const file of files) tell(importCard(file, options))
}

export function exportTo(id: string, { png, out, spec, dir, force }: ExportFlags): void {
  if (png !== undefined && out === undefined) throw outMissing()
  const card = exportCard(id, { root: rootOf(dir), picture: png, spec })
  if (out === undefined) process.stdout.write(card)
  else writeNew(out, { card, replaces: force ?? false })
}

const rootOf = (directory: string | undefined) => directory ?? readConfig(process.env).contentDir

function tell(imported: CardImport): void {
  if (imported.ok) {
    console.log(imported.path)
    for (const note of imported.notes) console.error(`note: ${imported.path} ${note}`)
    return
  }
  for (const fault of imported.faults) console.error(formatFault(fault))
  process.exitCode = 1
}

function writeNew(path: string, { card, replaces }: { card: Buffer; replaces: boolean }): void {
  try {
    writeFileSync(path, card, { flag: replaces ? 'w' : 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    throw new AppError('conflict', 'card.file_exists', `${path} is there already: --force replaces it`)
  }
}

const outMissing = () =>
  new AppError('invalid', 'card.out_missing', '--png needs --out: where to write the picture')
const idOfMany = () => new AppError('invalid', 'card.id_of_many', '--id is for one card alone')
