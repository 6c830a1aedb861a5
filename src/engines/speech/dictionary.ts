import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the acoustic model and its dictionary inside the installed package. */
export const modelDirectory = () =>
  join(dirname(fileURLToPath(import.meta.resolve('soundswallower'))), 'model', 'en-us')

export const dictionaryPath = () => join(modelDirectory(), 'dict.txt')
