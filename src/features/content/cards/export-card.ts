import { readFileSync, statSync } from 'node:fs'
import { AppError } from '#base/errors.ts'
import { withPngText } from '#platform/files/png.ts'
import { formatFault } from '../check-content.ts'
import { readContent } from '../read-content.ts'
import { type CardSpec, personaToCard } from './persona-to-card.ts'
import { CARD_KEYWORDS } from './read-card.ts'

const MAX_PICTURE_BYTES = 16 * 1024 * 1024

export type ExportOptions = {
  root: string
  /** A picture to write the card into. */
  picture?: string | undefined
  /** For a persona that did not come from a card. */
  spec?: CardSpec | undefined
}

/** The persona as a character card: JSON text, or the picture with the card in it. */
export function exportCard(id: string, { root, picture, spec }: ExportOptions): Buffer {
  const { personas, faults } = readContent(root)
  const persona = personas.find(({ value }) => value.id === id)?.value
  if (!persona) {
    const own = faults.filter(({ file }) => file === `personas/${id}.persona.md`).map(formatFault)
    const message = [`There is no sound persona ${id} below ${root}`, ...own].join('\n')
    throw new AppError('not_found', 'content.no_persona', message)
  }
  const { card, keyword } = personaToCard(persona, spec)
  if (picture === undefined) return Buffer.from(`${JSON.stringify(card, null, 2)}\n`)
  const text = Buffer.from(JSON.stringify(card)).toString('base64')
  return withPngText(readPicture(picture), { keyword, text, replaced: CARD_KEYWORDS })
}

function readPicture(path: string): Buffer {
  const size = statSync(path, { throwIfNoEntry: false })?.size
  if (size === undefined) throw new AppError('not_found', 'card.no_picture', `There is no picture ${path}`)
  if (size <= MAX_PICTURE_BYTES) return readFileSync(path)
  throw new AppError(
    'too_large',
    'card.picture_too_large',
    `${path} is larger than ${MAX_PICTURE_BYTES} bytes`,
  )
}
