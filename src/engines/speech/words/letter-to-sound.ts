import { createRequire } from 'node:module'
import { letterToSoundMissing } from '../errors.ts'

/** The library's answer in IPA, and the phones of the 39 that its symbols stand for. Two-letter ones come first. */
const PHONE_OF = new Map(
  (
    'tʃ:CH dʒ:JH aɪ:AY aʊ:AW eɪ:EY oʊ:OW ɔɪ:OY ɑ:AA a:AA æ:AE ʌ:AH ə:AH ɔ:AO ɛ:EH ɝ:ER ɚ:ER ɜ:ER ɪ:IH ɨ:IH i:IY ' +
    'ʊ:UH u:UW e:EY o:OW b:B d:D ð:DH f:F ɡ:G g:G h:HH k:K l:L ɫ:L m:M n:N ŋ:NG p:P ɹ:R r:R s:S ʃ:SH t:T θ:TH ' +
    'v:V w:W j:Y z:Z ʒ:ZH'
  )
    .split(' ')
    .map((entry) => entry.split(':'))
    .map(([symbol = '', phone = '']) => [symbol, phone] as const),
)
const SYMBOL = new RegExp([...PHONE_OF.keys()].join('|'), 'gu')

type Predictor = { predict(word: string): string | null }
type PredictorOptions = { disableDict?: boolean }

/** Says how an unknown English word is probably said; `undefined` when it has no guess. */
export type LetterToSound = (word: string) => string[] | undefined

let shared: LetterToSound | undefined

/** Takes a word of the letters a to z and apostrophes. The rules are loaded with the first word (about 0.2 s). */
export function letterToSound(word: string): string[] | undefined {
  shared ??= createLetterToSound()
  return shared(word)
}

/** `rulesOnly` leaves the library's list of exceptions aside, which is how its rules are measured. */
export function createLetterToSound({ rulesOnly = false } = {}): LetterToSound {
  const predictor = loadPredictor({ disableDict: rulesOnly })
  return (word) => {
    const phones = phonesOfIpa(predictor.predict(word.toLowerCase()) ?? '')
    return phones.length > 0 ? phones : undefined
  }
}

const phonesOfIpa = (ipa: string) =>
  (ipa.normalize('NFC').match(SYMBOL) ?? []).flatMap((symbol) => PHONE_OF.get(symbol) ?? [])

/** Its ES module imports JSON without saying so, which Node refuses; its CommonJS one loads. */
function loadPredictor(options: PredictorOptions): Predictor {
  const loaded: unknown = createRequire(import.meta.url)('phonemize/en-g2p')
  if (!hasEnglish(loaded)) throw letterToSoundMissing()
  return new loaded.EnglishG2P(options)
}

const hasEnglish = (
  loaded: unknown,
): loaded is { EnglishG2P: new (options: PredictorOptions) => Predictor } =>
  typeof loaded === 'object' &&
  loaded !== null &&
  'EnglishG2P' in loaded &&
  typeof loaded.EnglishG2P === 'function'
