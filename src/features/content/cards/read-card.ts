import { readFileSync, statSync } from 'node:fs'
import { AppError } from '#base/errors.ts'
import { type AuthoredFault, faultOf, type KeyPath } from '#platform/authored/fault.ts'
import { parseYamlTree } from '#platform/authored/yaml-tree.ts'
import { isPng, readPngTexts } from '#platform/files/png.ts'
import { checkCard, type ReadCard } from './card.ts'

/** Pictures with a card are one or two megabytes. */
const MAX_FILE_BYTES = 16 * 1024 * 1024
/** Where places are worth looking for: a larger card is more than a persona file holds. */
const MAX_PLACED_CHARACTERS = 512 * 1024
/** V3's comes first: a picture may hold a V2 card beside it for older readers. */
export const CARD_KEYWORDS = ['ccv3', 'chara']
const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/
const UTF8 = new TextDecoder('utf-8', { fatal: true })

export type CardFile = { ok: true; value: ReadCard } | { ok: false; faults: AuthoredFault[] }

/** The card in a file, JSON or PNG by its bytes, or what is wrong with it and where. */
export function readCardFile(path: string): CardFile {
  const refuse = (message: string, text = '', offset = 0, key: KeyPath = []): CardFile => ({
    ok: false,
    faults: [faultOf(path, text, { path: key, offset, message })],
  })
  let text: string
  try {
    text = textOf(readBytes(path))
  } catch (error) {
    if (error instanceof AppError) return refuse(error.message)
    throw error
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return refuse(`is no JSON: ${messageOf(error)}`, text, offsetIn(messageOf(error), text))
  }
  const checked = checkCard(value)
  if (!Array.isArray(checked)) return { ok: true, value: checked }
  return {
    ok: false,
    faults: checked.map(({ path: key, message }) =>
      faultOf(path, text, { path: key, offset: placeOf(text, key), message }),
    ),
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : 'unknown')

function readBytes(path: string): Buffer {
  try {
    const stats = statSync(path)
    if (!stats.isFile()) throw unreadable('is not a regular file')
    if (stats.size > MAX_FILE_BYTES)
      throw unreadable(`is ${stats.size} bytes long; at most ${MAX_FILE_BYTES} are read`)
    if (stats.size === 0) throw unreadable('is empty')
    return readFileSync(path)
  } catch (error) {
    if (error instanceof AppError) throw error
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'reason unknown'
    throw unreadable(`cannot be read (${reason})`, error)
  }
}

const unreadable = (message: string, cause?: unknown) =>
  new AppError('invalid', 'card.unreadable', message, { cause })

function textOf(bytes: Buffer): string {
  if (isPng(bytes)) return cardInPicture(bytes)
  if (bytes.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))) {
    throw unreadable('is an archive (.charx), which is not read: take its card.json out and import that')
  }
  return decode(bytes, 'is neither JSON in UTF-8 nor a PNG')
}

function cardInPicture(bytes: Buffer): string {
  const texts = readPngTexts(bytes, CARD_KEYWORDS)
  const found = CARD_KEYWORDS.flatMap((name) => texts.find(({ keyword }) => keyword === name) ?? [])[0]
  if (!found) throw unreadable('is a picture without a character card: it has no text chunk chara or ccv3')
  if (!BASE64.test(found.text)) throw unreadable(`the text chunk ${found.keyword} is not base64`)
  return decode(Buffer.from(found.text, 'base64'), `the text chunk ${found.keyword} does not hold UTF-8`)
}

function decode(bytes: Buffer, message: string): string {
  try {
    return UTF8.decode(bytes)
  } catch (error) {
    throw unreadable(message, error)
  }
}

function offsetIn(message: string, text: string): number {
  const position = /position (\d+)/.exec(message)?.[1]
  return position === undefined ? text.length : Number(position)
}

/** JSON is YAML, so the reader of authored files knows where things stand in it. */
function placeOf(text: string, key: KeyPath): number {
  if (text.length > MAX_PLACED_CHARACTERS) return 0
  return parseYamlTree(text).offsetOfValue(key)
}
