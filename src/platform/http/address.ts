import { isIPv4, isIPv6 } from 'node:net'

/** Of IPv6 one household or one server has a whole /64, so the first half of the address counts as one caller. */
const IPV6_GROUPS_COUNTED = 4
const IPV6_GROUPS = 8

/** Whom an address stands for when callers are counted: an IPv4 address, or a /64 of IPv6. */
export function addressKey(address: string | undefined): string {
  const [plain = ''] = (address ?? '').split('%')
  if (isIPv4(plain)) return plain
  if (!isIPv6(plain)) return 'unknown'
  const groups = groupsOf(plain)
  return embeddedIPv4(groups) ?? `${groups.slice(0, IPV6_GROUPS_COUNTED).map(toHex).join(':')}::/64`
}

const toHex = (group: number) => group.toString(16)

/** All eight groups of an IPv6 address, whatever its spelling. */
function groupsOf(address: string): number[] {
  const [before = '', after] = address.split('::')
  const head = readGroups(before)
  if (after === undefined) return head
  const tail = readGroups(after)
  return [...head, ...new Array<number>(IPV6_GROUPS - head.length - tail.length).fill(0), ...tail]
}

const readGroups = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap((part) => (part.includes('.') ? ofIPv4(part) : [Number.parseInt(part, 16)]))

function ofIPv4(dotted: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}

/** `::ffff:192.0.2.1` is how a socket for both kinds shows an IPv4 address. */
function embeddedIPv4(groups: number[]): string | undefined {
  const [high = 0, low = 0] = groups.slice(6)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  return isMapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : undefined
}
