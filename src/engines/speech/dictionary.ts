import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the acoustic model and its dictionary inside the installed package. */
export const modelDirectory = () =>
  join(dirname(fileURLToPath(import.meta.resolve('soundswallower'))), 'model', 'en-us')

export const dictionaryPath = () => join(modelDirectory(), 'dict.txt')

/** Every entry of the dictionary with its phones, for whoever needs words but no decoder. */
export async function readDictionary(): Promise<Map<string, string>> {
  const text = await readFile(dictionaryPath(), 'utf8')
  const entries = new Map<string, string>()
  for (const line of text.split('\n')) {
    const border = line.indexOf(' ')
    if (border > 0 && !line.startsWith(';;'))
      entries.set(line.slice(0, border), line.slice(border + 1).trim())
  }
  return entries
}
