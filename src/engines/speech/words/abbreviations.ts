/** Written short and said in full, alternatives by "|". Months and days need their dot and their capital. */
const SPOKEN = new Map(
  Object.entries({
    mr: 'mister',
    mrs: 'missus',
    dr: 'doctor|drive',
    prof: 'professor',
    st: 'street|saint',
    ave: 'avenue',
    blvd: 'boulevard',
    rd: 'road',
    apt: 'apartment',
    dept: 'department',
    jr: 'junior',
    sr: 'senior',
    mt: 'mount',
    vs: 'versus',
    etc: 'et cetera',
    approx: 'approximately',
    tel: 'telephone',
    'e.g.': 'e. g.|for example',
    'i.e.': 'i. e.|that is',
    'a.m.': 'a. m.',
    'p.m.': 'p. m.',
    km: 'kilometers|kilometer',
    cm: 'centimeters|centimeter',
    kg: 'kilograms|kilogram|kilos',
    ml: 'milliliters|milliliter',
    hr: 'hour',
    hrs: 'hours',
    mins: 'minutes',
    'km/h': 'kilometers an hour|kilometers per hour',
    mph: 'miles an hour|miles per hour',
    'w/': 'with',
    'w/o': 'without',
    'Jan.': 'january',
    'Feb.': 'february',
    'Mar.': 'march',
    'Apr.': 'april',
    'Jun.': 'june',
    'Jul.': 'july',
    'Aug.': 'august',
    'Sep.': 'september',
    'Sept.': 'september',
    'Oct.': 'october',
    'Nov.': 'november',
    'Dec.': 'december',
    'Mon.': 'monday',
    'Tue.': 'tuesday',
    'Wed.': 'wednesday',
    'Thu.': 'thursday',
    'Fri.': 'friday',
    '&': 'and',
    '+': 'plus',
    '@': 'at',
    '=': 'equals',
    '%': 'percent',
  }),
)

/** With its dot or without it, in capitals or small. */
const entryOf = (token: string) =>
  SPOKEN.get(token) ??
  SPOKEN.get(token.toLowerCase()) ??
  SPOKEN.get(token.toLowerCase().replace(/\.$/, '')) ??
  SPOKEN.get(`${token.toLowerCase()}.`)

/** What an abbreviation is said as, most usual first; `undefined` when the token is none. */
export const abbreviationPhrases = (token: string) =>
  /^[A-Z]{3,}$/.test(token) ? undefined : entryOf(token)?.split('|')

/** "Dr." and "a.m." keep their dots; "km/h" keeps its slash. A dot that ends a sentence belongs to no other word. */
export const isDottedAbbreviation = (token: string) =>
  SPOKEN.has(token) ||
  /^(?:\p{L}\.){2,}$/u.test(token) ||
  (/[./]/.test(token) && entryOf(token) !== undefined)
