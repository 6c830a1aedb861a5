const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const TENS = 'zero ten twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

/**
 * The words of a whole number below one million, "1,250" or "$5" or "20%"; `undefined` for anything else: years,
 * clock times and decimals are read in several ways, which a text should spell.
 */
export function numberWords(token: string): string[] | undefined {
  const match = /^(\$?)(\d{1,3}(?:,\d{3})?|\d{1,6})(%?)$/.exec(token)
  if (!match) return undefined
  const [, dollar, digits = '', percent] = match
  const value = Number(digits.replace(',', ''))
  const unit = value === 1 ? 'dollar' : 'dollars'
  return [...belowMillion(value), ...(dollar ? [unit] : []), ...(percent ? ['percent'] : [])]
}

function belowMillion(value: number): string[] {
  if (value < 1_000) return belowThousand(value)
  const rest = value % 1_000
  return [...belowThousand(Math.floor(value / 1_000)), 'thousand', ...(rest > 0 ? belowThousand(rest) : [])]
}

function belowThousand(value: number): string[] {
  if (value < 100) return belowHundred(value)
  const rest = value % 100
  return [ONES[Math.floor(value / 100)] ?? '', 'hundred', ...(rest > 0 ? belowHundred(rest) : [])]
}

function belowHundred(value: number): string[] {
  const small = ONES[value]
  if (small !== undefined) return [small]
  const rest = value % 10
  return [TENS[Math.floor(value / 10)] ?? '', ...(rest > 0 ? [ONES[rest] ?? ''] : [])]
}
