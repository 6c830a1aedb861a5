import type { AuthoredWords } from './authored-words.ts'
import { hangulWays, romanisedWays } from './korean-words.ts'
import { spelledOut } from './letter-names.ts'
import { letterToSound } from './letter-to-sound.ts'
import type { PronouncingDictionary } from './pronouncing-dictionary.ts'
import { eachOnce, inSequence, type Ways } from './pronunciations.ts'
import { spokenForms } from './spoken-forms.ts'
import { splitCompound, withEnding } from './word-parts.ts'

/** From the surest to the least sure: `spelled_out` is read by rule (numbers, letters, Korean), the last is a guess. */
export const WORD_SOURCES = ['authored', 'dictionary', 'spelled_out', 'letter_to_sound'] as const
export type WordSource = (typeof WORD_SOURCES)[number]

export type Reading = {
  /** Ways of saying it, most usual first, in the phones of phones.ts; never empty. */
  pronunciations: string[][]
  source: WordSource
}

export type WordReader = (written: string) => Reading | undefined

/** Reads one word as written; `undefined` for what nothing here can say. */
export function wordReader(dictionary: PronouncingDictionary, { ways: authored }: AuthoredWords): WordReader {
  const inAuthored: WordReader = (written) => {
    const phones = authored.get(written.toLowerCase())
    return phones && { pronunciations: [phones], source: 'authored' }
  }
  const inDictionary: WordReader = (written) =>
    reading('dictionary', dictionaryWays(dictionary, plain(written)))
  const known: WordReader = (written) => inAuthored(written) ?? inDictionary(written)
  const asPhrases: WordReader = (written) => {
    const phrases = spokenForms(plain(written)) ?? []
    return reading('spelled_out', firstOfEachFirst(phrases.map((phrase) => phraseWays(dictionary, phrase))))
  }
  const oneWord: WordReader = (written) =>
    inAuthored(written) ??
    inCapitals(dictionary, written) ??
    asPhrases(written) ??
    inDictionary(written) ??
    endingRead(known, written)
  const inParts: WordReader = (written) => {
    const parts = splitCompound(written)
    return parts.length > 1 || parts[0] !== written
      ? joined(parts.map((part) => aloneLetter(part) ?? oneWord(part) ?? guessed(part)))
      : undefined
  }
  return (written) =>
    oneWord(written) ??
    koreanReader(written) ??
    endingRead(koreanReader, written) ??
    inParts(written) ??
    guessed(written)
}

/** In "A4" it is the letter, not the article. */
const aloneLetter: WordReader = (part) =>
  /^[a-z]$/i.test(part) ? reading('spelled_out', spelledOut(part)) : undefined

const koreanReader: WordReader = (written) => reading('spelled_out', romanisedWays(plain(written)))

const reading = (source: WordSource, ways: Ways): Reading | undefined => {
  const pronunciations = eachOnce(ways)
  return pronunciations.length > 0 ? { pronunciations, source } : undefined
}

/** Accents are not said: "café" is in the dictionary as "cafe". */
const plain = (written: string) => (/^[\x20-\x7e]*$/.test(written) ? written : withoutAccents(written))

const withoutAccents = (written: string) =>
  written
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC')
    .replace(/[øØ]/g, 'o')
    .replace(/[łŁ]/g, 'l')
    .replace(/[æÆ]/g, 'ae')
    .replace(/ß/g, 'ss')

function dictionaryWays(dictionary: PronouncingDictionary, written: string): Ways {
  const word = written.toLowerCase()
  if (!/[a-z]/.test(word)) return []
  const whole = dictionary.pronunciationsOf(word)
  return whole.length > 0 ? whole : dictionary.pronunciationsOf(word.replace(/^'+|'+$/g, ''))
}

/** "one thousand won": every word from the dictionary; empty when one of them is missing. */
const phraseWays = (dictionary: PronouncingDictionary, phrase: string): Ways =>
  inSequence(phrase.split(' ').map((word) => dictionary.pronunciationsOf(word).slice(0, 2)))

/** However many ways there are of saying the first phrase, each phrase has its turn. */
const firstOfEachFirst = (phrases: readonly Ways[]): Ways => [
  ...phrases.flatMap((ways) => ways.slice(0, 1)),
  ...phrases.flatMap((ways) => ways.slice(1)),
]

/** "US" is not "us": letters that the dictionary has with dots come first, then the word, then the letters. */
function inCapitals(dictionary: PronouncingDictionary, written: string): Reading | undefined {
  const [, letters = '', ending = ''] = /^((?:\p{Lu}\.?){2,6})('?s)?$/u.exec(written) ?? []
  const bare = letters.replaceAll('.', '')
  if (bare.length < 2) return undefined
  const dotted = dictionary.pronunciationsOf(`${[...bare.toLowerCase()].join('.')}.`)
  const word = letters === bare ? dictionary.pronunciationsOf(bare.toLowerCase()) : []
  const isSurelyAWord = word.length > 0 && dotted.length === 0 && bare.length > 3
  const ways = [...dotted, ...word, ...(isSurelyAWord ? [] : spelledOut(bare))]
  const source = dotted.length + word.length > 0 ? 'dictionary' : 'spelled_out'
  return reading(source, ending ? ways.flatMap((way) => withEnding(way, 's')) : ways)
}

/** "Seomun's" as "Seomun" with its ending. */
function endingRead(read: WordReader, written: string): Reading | undefined {
  const [, stem = '', ending = ''] =
    /^(.{2,}?)(?:'(s|ll|d|ve|re|m)|(?<=[^s'])(s)|(?<=s)')$/i.exec(written) ?? []
  const base = stem ? read(stem) : undefined
  if (!base) return undefined
  const said = ending.toLowerCase() || (/(?<=[^s'])s$/i.test(written) ? 's' : '')
  return reading(
    base.source,
    base.pronunciations.flatMap((way) => withEnding(way, said)),
  )
}

/** As sure as the least sure of its parts. */
function joined(parts: readonly (Reading | undefined)[]): Reading | undefined {
  if (!parts.every((part) => part !== undefined)) return undefined
  const source = WORD_SOURCES[Math.max(...parts.map((part) => WORD_SOURCES.indexOf(part.source)))]
  return source && reading(source, inSequence(parts.map(({ pronunciations }) => pronunciations)))
}

/** What is no known word: Hangul by its letters, a letter by its name, words without a vowel spelled, the rest guessed. */
function guessed(written: string): Reading | undefined {
  const hangul = reading('spelled_out', hangulWays(written))
  if (hangul) return hangul
  const letters = plain(written).replace(/[^a-z']/gi, '')
  if (letters === '' || /[^\p{Script=Latin}'\p{P}]/u.test(plain(written))) return undefined
  if (!/[aeiouy]/i.test(letters)) return reading('spelled_out', spelledOut(letters.replaceAll("'", '')))
  const phones = letterToSound(letters.replace(/^'+|'+$/g, ''))
  return phones && { pronunciations: [phones], source: 'letter_to_sound' }
}
