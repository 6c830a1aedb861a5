/** The phones of the acoustic model: ARPAbet as in the CMU dictionary, without stress. */
export const PHONES = [
  'AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH',
].flatMap((line) => line.split(' '))

const VOWELS = new Set('AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW'.split(' '))
const KNOWN = new Set(PHONES)

/** A syllable is counted for each vowel. */
export const isVowel = (phone: string) => VOWELS.has(phone)
export const isPhone = (symbol: string) => KNOWN.has(symbol)
