import { cardinalPhrases, decimalPhrases, integerPhrases } from './number-phrases.ts'

type Currency = { one: string; many: string; cent?: string }

const DOLLARS: Currency = { one: 'dollar', many: 'dollars', cent: 'cent' }
const WON: Currency = { one: 'won', many: 'won' }
const CURRENCIES = new Map<string, Currency>([
  ['$', DOLLARS],
  ['₩', WON],
  ['원', WON],
  ['won', WON],
  ['krw', WON],
  ['usd', DOLLARS],
  ['€', { one: 'euro', many: 'euros', cent: 'cent' }],
  ['£', { one: 'pound', many: 'pounds', cent: 'pence' }],
  ['¥', { one: 'yen', many: 'yen' }],
])

/** One and many of what is written straight after a number. */
const UNITS = new Map(
  Object.entries({
    '%': ['percent', 'percent'],
    '°': ['degree', 'degrees'],
    '°c': ['degree celsius', 'degrees celsius'],
    '°f': ['degree fahrenheit', 'degrees fahrenheit'],
    km: ['kilometer', 'kilometers'],
    m: ['meter', 'meters'],
    cm: ['centimeter', 'centimeters'],
    mm: ['millimeter', 'millimeters'],
    kg: ['kilogram', 'kilograms'],
    g: ['gram', 'grams'],
    l: ['liter', 'liters'],
    ml: ['milliliter', 'milliliters'],
    h: ['hour', 'hours'],
    hr: ['hour', 'hours'],
    hrs: ['hour', 'hours'],
    min: ['minute', 'minutes'],
    mins: ['minute', 'minutes'],
    sec: ['second', 'seconds'],
    s: ['second', 'seconds'],
    'km/h': ['kilometer an hour', 'kilometers an hour'],
    mph: ['mile an hour', 'miles an hour'],
    ft: ['foot', 'feet'],
    lb: ['pound', 'pounds'],
    lbs: ['pound', 'pounds'],
    oz: ['ounce', 'ounces'],
  }),
)

const NUMBER = String.raw`((?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?)`
const PRICE_BEFORE = new RegExp(`^([$₩€£¥])${NUMBER}$`)
const PRICE_AFTER = new RegExp(`^${NUMBER}([만천])?(원|won|krw|usd|[$₩€£¥])$`, 'i')
const MEASURED = new RegExp(`^${NUMBER}(°[cf]?|%|[a-z]+(?:/h)?)$`, 'i')
/** Korean counts money in ten thousands: 5만원 is 50,000 won. */
const THOUSANDS = new Map([
  ['만', 10_000],
  ['천', 1_000],
])

/** How a plain number, "4,500", "4500" or "3.5", is said; `undefined` for anything else. */
export function numberPhrases(token: string): string[] | undefined {
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d+))?$/.exec(token)
  const [, whole = '', fraction] = match ?? []
  if (!match || (whole === '' && fraction === undefined)) return undefined
  const digits = whole.replaceAll(',', '')
  if (fraction !== undefined) return decimalPhrases(digits, fraction)
  return whole.includes(',') ? cardinalPhrases(digits) : integerPhrases(digits)
}

/** How a price, a percentage or a measure is said. */
export function amountPhrases(token: string): string[] | undefined {
  const before = PRICE_BEFORE.exec(token)
  if (before) return pricePhrases(before[2] ?? '', before[1] ?? '')
  const after = PRICE_AFTER.exec(token)
  if (after) return pricePhrases(times(after[1] ?? '', after[2]), after[3] ?? '')
  const [, amount = '', unit = ''] = MEASURED.exec(token) ?? []
  const names = UNITS.get(unit.toLowerCase())
  return names && counted(amount)?.map((words) => `${words} ${amount === '1' ? names[0] : names[1]}`)
}

const times = (amount: string, myriad: string | undefined) =>
  myriad ? String(Math.round(Number(amount.replaceAll(',', '')) * (THOUSANDS.get(myriad) ?? 1))) : amount

function pricePhrases(amount: string, symbol: string): string[] | undefined {
  const currency = CURRENCIES.get(symbol.toLowerCase())
  const [, whole = '', cents] = /^([\d,]*)\.(\d\d)$/.exec(amount) ?? []
  if (currency?.cent && cents !== undefined) return centPhrases(whole.replaceAll(',', ''), cents, currency)
  const isOne = amount === '1'
  return currency && counted(amount)?.map((words) => `${words} ${isOne ? currency.one : currency.many}`)
}

function centPhrases(whole: string, cents: string, { one, many, cent = '' }: Currency): string[] {
  const small = cardinalPhrases(String(Number(cents)))[0] ?? ''
  const smallUnit = cent === 'pence' || cents === '01' ? cent : `${cent}s`
  const main = Number(whole) === 0 ? [] : cardinalPhrases(whole)
  const unit = whole === '1' ? one : many
  if (main.length === 0) return [`${small} ${smallUnit}`]
  if (cents === '00') return main.map((words) => `${words} ${unit}`)
  const [first = ''] = main
  return [
    `${first} ${unit} ${small} ${smallUnit}`,
    `${first} ${unit} and ${small} ${smallUnit}`,
    `${first} ${small}`,
    `${first} ${unit} ${small}`,
  ]
}

/** Nobody says the price of a coffee digit by digit, or as a year. */
function counted(amount: string): string[] | undefined {
  const digits = amount.replaceAll(',', '')
  return /^\d{1,15}$/.test(digits) ? cardinalPhrases(String(BigInt(digits))) : numberPhrases(amount)
}
