import { stringify } from 'yaml'
import type { PersonaFile } from '../persona-file.ts'

const WIDTH = 110
/** Tells editors' tools which keys there are. */
const SCHEMA_LINE = '# yaml-language-server: $schema=../schemas/persona.schema.json'

/** The persona as a file: front matter and body. */
export function toPersonaText({ system_prompt, ...frontMatter }: PersonaFile): string {
  // Aliases are refused in authored files, and a value that stands twice is written twice.
  const yaml = stringify(frontMatter, { lineWidth: WIDTH, aliasDuplicateObjects: false })
  return `---\n${SCHEMA_LINE}\n${yaml}---\n${system_prompt}\n`
}
