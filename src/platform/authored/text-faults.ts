// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL_CHARACTER = /[\u0000-\u0008\u000B-\u001F\u007F]/

/** The first character that is neither text, a tab nor a line end. PostgreSQL refuses U+0000 in any text. */
export function controlCharacterIn(text: string): { offset: number; message: string } | undefined {
  const offset = text.search(CONTROL_CHARACTER)
  if (offset < 0) return undefined
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0')
  return { offset, message: `has the control character U+${code}` }
}

/** Why a YAML scalar could not be kept exactly as JSON in PostgreSQL. */
export function scalarFault(value: unknown): string | undefined {
  if (typeof value === 'string') {
    return value.isWellFormed() ? controlCharacterIn(value)?.message : 'has half of a surrogate pair'
  }
  if (typeof value !== 'number') return undefined
  if (!Number.isFinite(value)) return 'must be a finite number'
  const isExact = !Number.isInteger(value) || Number.isSafeInteger(value)
  return isExact ? undefined : 'is too large a number to be kept exactly'
}
