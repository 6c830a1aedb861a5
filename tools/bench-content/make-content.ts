import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FOLDERS = ['prompts', 'personas', 'schemas']

/** A temporary content folder: that of the checkout, its situations copied under new names until there are enough files. */
export function makeContent(
  checkout: string,
  atLeast: number,
): { root: string; files: number; bytes: number } {
  const root = mkdtempSync(join(tmpdir(), 'malgil-bench-content-'))
  for (const folder of FOLDERS) cpSync(join(checkout, folder), join(root, folder), { recursive: true })
  const situations = join(root, 'prompts/situations')
  const originals = readdirSync(situations)
  let files = listFiles(root).length
  for (let copy = 2; files < atLeast; copy += 1) {
    for (const name of originals) {
      if (files >= atLeast) break
      const folder = join(situations, `${name}-${copy}`)
      cpSync(join(situations, name), folder, { recursive: true })
      const file = join(folder, 'situation.yaml')
      const text = readFileSync(file, 'utf8')
      writeFileSync(file, text.replace(`situation_name: ${name}`, `situation_name: ${name}-${copy}`))
      files += readdirSync(folder).length
    }
  }
  const authored = listFiles(root)
  return { root, files: authored.length, bytes: authored.reduce((sum, path) => sum + statSync(path).size, 0) }
}

/** The authored files below a content folder. */
export function listFiles(root: string): string[] {
  return ['prompts', 'personas'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
}
