import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type AuthoredFault, faultOf } from '#platform/authored/fault.ts'
import { PersonaFrontMatter } from '../persona-file.ts'
import { readContent } from '../read-content.ts'
import { cardToPersona } from './card-to-persona.ts'
import { toPersonaText } from './persona-text.ts'
import { readCardFile } from './read-card.ts'

/** As much as is read of an authored file. */
const MAX_PERSONA_BYTES = 256 * 1024
const MAX_ID = 50

export type ImportOptions = {
  /** The folder that holds `personas/`. */
  root: string
  /** Absent: made from the name, or from that of the file. */
  id?: string | undefined
  language: string
  /** Also where there is such a persona already. */
  replaces: boolean
}

export type CardImport = { ok: true; path: string; notes: string[] } | { ok: false; faults: AuthoredFault[] }

/** Writes `personas/<id>.persona.md` from a card, or says what is wrong and writes nothing. */
export function importCard(file: string, options: ImportOptions): CardImport {
  const read = readCardFile(file)
  if (!read.ok) return read
  const refuse = (message: string, key: string[] = []): CardImport => ({
    ok: false,
    faults: [faultOf(file, '', { path: key, offset: 0, message })],
  })
  const id = options.id ?? (toId(read.value.card.data.name) || toId(basename(file).replace(/\.[^.]*$/, '')))
  if (id === '') return refuse('gives no name in Latin letters to call the persona by: give one with --id')
  const { persona, notes } = cardToPersona(read.value, { id, language: options.language })

  const { system_prompt: _, ...frontMatter } = persona
  const checked = PersonaFrontMatter.safeParse(frontMatter)
  if (!checked.success) {
    const [issue] = checked.error.issues
    return refuse(`cannot become a persona: ${issue?.message}`, issue?.path.map(String))
  }
  const text = toPersonaText(persona)
  const size = Buffer.byteLength(text)
  if (size > MAX_PERSONA_BYTES) {
    return refuse(
      `would make a persona file of ${size} bytes, and at most ${MAX_PERSONA_BYTES} are read: ` +
        'take embedded assets or the character book out',
    )
  }
  const namesake = namesakeOf(options.root, persona)
  if (namesake) return refuse(`'${persona.name}' is also the name in ${namesake}`, ['data', 'name'])
  return write(options, { id, text, notes }, refuse)
}

function write(
  { root, replaces }: ImportOptions,
  { id, text, notes }: { id: string; text: string; notes: string[] },
  refuse: (message: string) => CardImport,
): CardImport {
  const path = `personas/${id}.persona.md`
  mkdirSync(join(root, 'personas'), { recursive: true })
  try {
    writeFileSync(join(root, path), text, { flag: replaces ? 'w' : 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return refuse(`${path} is there already: give another --id, or --force to replace it`)
  }
  return { ok: true, path, notes }
}

function namesakeOf(root: string, { id, name }: { id: string; name: string }): string | undefined {
  return readContent(root).personas.find(({ value }) => value.name === name && value.id !== id)?.file
}

/** Small letters, digits and hyphens alone: whatever a name holds, it stays in its folder. */
function toId(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_ID)
    .replace(/^-+|-+$/g, '')
}
