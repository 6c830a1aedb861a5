import { z } from 'zod'

const VOWELS = 'AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW'.split(' ')
const CONSONANTS = 'B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH'.split(' ')
const WORDS = /^\p{L}+(?:['’ -]\p{L}+)*$/u

/** The 39 phones of the CMU Pronouncing Dictionary; a vowel may carry its stress (0 none, 1 primary, 2 secondary). */
const PHONE = new RegExp(`^(?:(?:${VOWELS.join('|')})[012]?|${CONSONANTS.join('|')})$`)

const Phones = z
  .string()
  .transform((text) => text.trim().split(/\s+/))
  .superRefine((phones, context) => {
    for (const phone of phones.filter((candidate) => !PHONE.test(candidate))) {
      context.addIssue({ code: 'custom', message: unknownPhone(phone) })
    }
  })
  .transform((phones) => phones.join(' '))

const unknownPhone = (phone: string) =>
  phone === ''
    ? 'must name at least one phone'
    : `'${phone}' is no ARPAbet phone of the CMU set (${[...VOWELS, ...CONSONANTS].join(' ')})`

/** Words that the dictionary lacks: word or words in small letters → ARPAbet phones, one space apart. */
export const Pronunciations = z
  .record(z.string(), Phones)
  .superRefine((pronunciations, context) => {
    const seen = new Set<string>()
    for (const word of Object.keys(pronunciations)) {
      const message = wordFault(word, seen)
      if (message) context.addIssue({ code: 'custom', path: [word], message })
      seen.add(word.toLowerCase())
    }
  })
  .transform((pronunciations) =>
    Object.fromEntries(Object.entries(pronunciations).map(([word, phones]) => [word.toLowerCase(), phones])),
  )

function wordFault(word: string, seen: ReadonlySet<string>): string | undefined {
  if (!WORDS.test(word)) return 'must be words of letters, hyphens and apostrophes, one blank apart'
  if (seen.has(word.toLowerCase())) return 'is given twice; capital letters make no difference'
  return undefined
}
