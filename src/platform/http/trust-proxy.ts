import { isIP } from 'node:net'
import { z } from 'zod'

/** How many proxies stand before the service, or which addresses they have, as Express takes it. */
export type TrustedProxies = number | string[] | false

const NAMED_RANGES = ['loopback', 'linklocal', 'uniquelocal']
const MAX_HOPS = 10

/**
 * `MALGIL_TRUST_PROXY`. Without a proxy `X-Forwarded-For` is whatever the caller wrote, so nothing is trusted unless it
 * is named; "everything" cannot be named.
 */
export const TrustedProxiesSetting = z
  .string()
  .refine((text) => read(text) !== undefined, {
    error: `must be a number of proxies from 1 to ${MAX_HOPS}, or addresses and ranges separated by commas (10.0.0.0/8, loopback)`,
  })
  .transform((text) => read(text) ?? (false as const))

function read(text: string): number | string[] | undefined {
  if (/^\d+$/.test(text)) {
    const hops = Number(text)
    return hops >= 1 && hops <= MAX_HOPS ? hops : undefined
  }
  const ranges = text.split(',').map((range) => range.trim())
  return ranges.every(isRange) ? ranges : undefined
}

function isRange(range: string): boolean {
  const [address = '', bits, ...rest] = range.split('/')
  if (NAMED_RANGES.includes(range)) return true
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return (
    bits === undefined ||
    (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128))
  )
}
