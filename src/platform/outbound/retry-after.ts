/**
 * The pause a vendor asks for, in seconds: `retry-after-ms`, or `Retry-After` as seconds or as a date. A date is
 * read against the sender's own `Date`, so that a wrong clock here does not matter. Anything else is undefined.
 */
export function readRetryAfterS(headers: Headers | undefined, nowMs = Date.now()): number | undefined {
  if (!headers) return undefined
  const milliseconds = readNumber(headers.get('retry-after-ms'))
  if (milliseconds !== undefined) return milliseconds / 1000
  const value = headers.get('retry-after')
  const seconds = readNumber(value)
  if (seconds !== undefined) return seconds
  const until = readDateMs(value)
  if (until === undefined) return undefined
  return Math.max(0, Math.ceil((until - (readDateMs(headers.get('date')) ?? nowMs)) / 1000))
}

const readNumber = (value: string | null) =>
  value !== null && /^\d{1,9}(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined

/** Only `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7): `Date.parse` alone accepts nearly anything. */
function readDateMs(value: string | null): number | undefined {
  if (
    value === null ||
    !/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value.trim())
  ) {
    return undefined
  }
  const milliseconds = Date.parse(value)
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}
