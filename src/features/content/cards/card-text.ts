// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get into an authored file
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000B-\u001F\u007F\uFEFF]/g

/** Whom the names in a card's macros stand for. */
export type CardNames = { character: string; user: string }

/**
 * A text of a card as plain text of ours: its macros are replaced by what they stand for, and no other braces or marks
 * are left that a template could take for its own.
 */
export function plainCardText(text: string | undefined, { character, user }: CardNames): string {
  return (text ?? '')
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(CONTROL_CHARACTERS, '')
    .replace(/\{\{\/\/[^}]*\}\}|\{\{\s*original\s*\}\}|<start>/gi, '')
    .replace(/\{\{\s*char\s*\}\}|<(?:bot|char)>/gi, () => character)
    .replace(/\{\{\s*user\s*\}\}|<user>/gi, () => user)
    .replace(/\{(?=\{)|\}(?=\})/g, '$& ')
    .replace(/<(?=<<dotprompt|<dotprompt)/gi, '< ')
    .trim()
}

/** On one line. */
export const onOneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

/** As many whole sentences as fit, or else words, or else characters. */
export function shorten(text: string, maxCharacters: number): string {
  const characters = [...text]
  if (characters.length <= maxCharacters) return text
  const cut = characters.slice(0, maxCharacters).join('')
  const sentences = /^[\s\S]*[.!?…。！？]["'”’*)]*(?=\s|$)/u.exec(cut)?.[0]
  if (sentences) return sentences.trim()
  return cut.replace(/(?<=\S)\s+\S*$/u, '').trim()
}
