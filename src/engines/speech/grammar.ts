import { PHONES } from './phones.ts'

/** Dictionary entries that are single phones, for the phone loop. */
export const PHONE_PREFIX = 'phone_'
export const phoneEntry = (phone: string) => `${PHONE_PREFIX}${phone.toLowerCase()}`

/** What one word of a text is to the decoder: its entries in order, or `undefined` for a word that it does not know. */
export type Slot = readonly string[] | undefined

/**
 * The weight of leaving a word out, against 1 for saying it. Measured on 200 recordings of speechocean762 with one
 * random word added to each text: from 0.5 down to 0.0002 the words wrongly found missing fell from 4.3 % to 3.3 %,
 * the added words rightly found missing only from 83.1 % to 82.6 %.
 */
const SKIP_WEIGHT = 0.0002

/** The words one after the other; between any two there may be silence. */
export function sentenceGrammar(slots: readonly Slot[]): string {
  return jsgf(slots.map(slotRule).join(' '))
}

/** The same, where each word may be missing. */
export function skippingGrammar(slots: readonly Slot[]): string {
  const rules = slots.map((slot) => `(/${1 - SKIP_WEIGHT}/ ${slotRule(slot)} | /${SKIP_WEIGHT}/ <NULL>)`)
  return jsgf(rules.join(' '))
}

/** Exactly one of several sentences. */
export function choiceGrammar(sentences: readonly (readonly Slot[])[]): string {
  return jsgf(sentences.map((slots) => `(${slots.map(slotRule).join(' ')})`).join(' | '))
}

/** Any sequence of phones: what the sound is best explained by when no word is expected. */
export function phoneLoopGrammar(): string {
  return jsgf('<sounds>')
}

const SOUNDS = `<sounds> = (${PHONES.map(phoneEntry).join(' | ')})+;`

const slotRule = (slot: Slot) => (slot ? slot.join(' ') : '<sounds>')

function jsgf(rule: string): string {
  const needsSounds = rule.includes('<sounds>')
  return `#JSGF V1.0;\ngrammar speech;\npublic <utterance> = ${rule};\n${needsSounds ? SOUNDS : ''}`
}
