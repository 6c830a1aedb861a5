import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'

let loaded: typeof Yaml | undefined

/** The full parser, loaded when the first fault is to be placed: sound files do without its seventy modules. */
export function yamlPackage(): typeof Yaml {
  const yaml: typeof Yaml = loaded ?? createRequire(import.meta.url)('yaml')
  loaded = yaml
  return yaml
}
