import { eachOnce, type Ways } from './pronunciations.ts'

const table = (entries: string) =>
  new Map(
    entries.split(' ').map((entry) => {
      const [letters = '', phones = ''] = entry.split(':')
      return [letters, phones === '' ? [] : phones.split('_')] as const
    }),
  )

/** Revised Romanisation (2000) of the jamo, and the nearest English phones. Longer spellings come first. */
const ONSETS = table('kk:K tt:T pp:P ss:S jj:JH ch:CH g:G n:N d:D r:R l:L m:M b:B s:S j:JH k:K t:T p:P h:HH')
const VOWELS = table(
  'yae:Y_EH yeo:Y_AH wae:W_EH eo:AH ae:EH ya:Y_AA ye:Y_EH yo:Y_OW yu:Y_UW wa:W_AA wo:W_AH we:W_EH wi:W_IY ' +
    'oe:W_EH eu:UH ui:UH_IY a:AA e:EH o:OW u:UW i:IY',
)
const CODAS = table('ng:NG k:K n:N t:T l:L m:M p:P')
const MAX_SYLLABLES = 12

type Reading = { phones: readonly string[]; rest: string; syllables: number }

/**
 * A word in Revised Romanisation, small letters, as phones: "seomun" as S AH M UW N. More than one when syllables
 * may be parted in two ways ("hangang": han-gang, hang-ang); empty when it is not made of Korean syllables.
 */
export function readRomanised(word: string): { ways: Ways; syllables: number } {
  const whole = readFrom({ phones: [], rest: word, syllables: 0 })
  const ways = eachOnce(whole.map(({ phones }) => withoutDoubles(phones)))
  return { ways, syllables: whole[0]?.syllables ?? 0 }
}

function readFrom(reading: Reading): Reading[] {
  if (reading.rest === '') return reading.syllables > 0 ? [reading] : []
  if (reading.syllables === MAX_SYLLABLES) return []
  return syllablesAt(reading).flatMap(readFrom).slice(0, 4)
}

/** The syllables that may come next: first those that leave a consonant to the syllable after them. */
function syllablesAt({ phones, rest, syllables }: Reading): Reading[] {
  const onset = longestOf(ONSETS, rest)
  const afterOnset = rest.slice(onset.length)
  const vowel = longestOf(VOWELS, afterOnset)
  if (vowel === '') return []
  const afterVowel = afterOnset.slice(vowel.length)
  const open = [...phones, ...(ONSETS.get(onset) ?? []), ...(VOWELS.get(vowel) ?? [])]
  return ['', ...[...CODAS.keys()].filter((coda) => afterVowel.startsWith(coda)).reverse()].map((coda) => ({
    phones: [...open, ...(CODAS.get(coda) ?? [])],
    rest: afterVowel.slice(coda.length),
    syllables: syllables + 1,
  }))
}

const longestOf = (letters: ReadonlyMap<string, unknown>, text: string) =>
  [...letters.keys()].find((spelling) => text.startsWith(spelling)) ?? ''

/** A consonant that ends one syllable and begins the next is said once: "tteokkuk" has one K in the middle. */
const withoutDoubles = (phones: readonly string[]) =>
  phones.filter((phone, index) => phone !== phones[index - 1] || /^[AEIOU]/.test(phone))
