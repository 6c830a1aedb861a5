import { cardinalPhrases, twoDigits } from './number-phrases.ts'

const TIME = /^([01]?\d|2[0-4])(?:[:.]([0-5]\d))?\s?(am|pm|a\.m\.?|p\.m\.?)?$/i
const HOURS = 12

/** How "7:30", "7:30am", "7pm" or "19:05" is said, most usual first; `undefined` for what is no time of day. */
export function timePhrases(token: string): string[] | undefined {
  const match = TIME.exec(token)
  const [, hour = '', minute, half] = match ?? []
  // "7.30" may be a decimal and "7" is any number; only a colon or "pm" makes a time of it.
  if (!match || !(half || token.includes(':'))) return undefined
  const said = minute === undefined ? [spokenHour(hour)] : readings(Number(hour), minute)
  const suffix = half ? ` ${half.toLowerCase().startsWith('a') ? 'a.' : 'p.'} m.` : ''
  return suffix ? [...said.map((words) => words + suffix), ...said] : said
}

function readings(hour: number, minute: string): string[] {
  const hours = hour > HOURS ? [hour, hour - HOURS] : [hour === 0 ? HOURS : hour]
  const said = hours.flatMap((shown) => digitalReadings(shown, minute))
  return [...said, ...spokenReadings(hours.at(-1) ?? hour, Number(minute))]
}

function digitalReadings(hour: number, minute: string): string[] {
  const name = spokenHour(hour)
  if (minute !== '00') return [`${name} ${twoDigits(minute)}`]
  return hour > HOURS ? [`${name} hundred`] : [`${name} o'clock`, name]
}

/** As on a clock face: "half past seven", "quarter to eight", "ten past seven". */
function spokenReadings(hour: number, minute: number): string[] {
  const next = spokenHour(hour === HOURS ? 1 : hour + 1)
  const now = spokenHour(hour)
  if (minute === 30) return [`half past ${now}`]
  if (minute === 15) return [`quarter past ${now}`, `a quarter past ${now}`]
  if (minute === 45) return [`quarter to ${next}`, `a quarter to ${next}`]
  if (minute === 0 || minute % 5 !== 0) return []
  return minute < 30 ? [`${spokenHour(minute)} past ${now}`] : [`${spokenHour(60 - minute)} to ${next}`]
}

const spokenHour = (hour: number | string) => cardinalPhrases(String(Number(hour)))[0] ?? ''
