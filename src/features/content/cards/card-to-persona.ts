import { z } from 'zod'
import { type PersonaFile, PersonaFrontMatter } from '../persona-file.ts'
import type { CharacterCard, ReadCard } from './card.ts'
import { onOneLine, plainCardText, shorten } from './card-text.ts'
import { toKept } from './kept-json.ts'

/** Under `extensions` of a persona: the card that it was made from, exactly. */
export const CARD_KEY = 'character_card'
/** Under `extensions` of a card: what a persona has and a card does not. */
export const OWN_KEY = 'malgil'

const MAX_NAME = 100
const MAX_DESCRIPTION = 1_000
const MAX_GREETING = 500
/** About 2,000 tokens, sent with every message. */
const LONG_BODY_CHARACTERS = 8_000

/** Said in turn where no model is asked; they fit whoever says them. */
const SCRIPTED_LINES = [
  'Tell me a little more about that.',
  'That is interesting. What happened next?',
  'What do you think about it yourself?',
  'I like talking with you. What else is on your mind?',
]

const OwnFields = PersonaFrontMatter.pick({
  emotions: true,
  scripted_lines: true,
  avatar_model: true,
}).partial()

export type ImportedPersona = {
  persona: PersonaFile
  /** What an editor should look at, and what of the card is kept but plays no part. */
  notes: string[]
}

/** The persona that a card describes. The same card always makes the same persona. */
export function cardToPersona(
  { raw, card }: ReadCard,
  { id, language }: { id: string; language: string },
): ImportedPersona {
  const { data } = card
  const name = shorten(onOneLine(plainCardText(data.name, NOBODY)), MAX_NAME)
  const names = { character: plainCardText(data.nickname, NOBODY) || name, user: 'the learner' }
  const firstWords = onOneLine(plainCardText(data.first_mes, { ...names, user: 'friend' }))
  const greeting = shorten(firstWords, MAX_GREETING) || `Hi, I'm ${names.character}!`
  const about = onOneLine(plainCardText(data.creator_notes || data.description, names))
  const own = ownFieldsOf(data)
  const persona: PersonaFile = {
    id,
    name,
    description: shorten(about, MAX_DESCRIPTION) || `${name}, from a character card.`,
    ...(own.avatar_model === undefined ? {} : { avatar_model: own.avatar_model }),
    language,
    emotions: own.emotions ?? ['neutral'],
    greeting,
    scripted_lines: own.scripted_lines ?? SCRIPTED_LINES,
    extensions: { [CARD_KEY]: toKept(raw) },
    system_prompt: bodyOf(data, names),
  }
  return { persona, notes: notesOn(data, { own, persona, isCut: greeting.length < firstWords.length }) }
}

/** Macros have no sense in a name. */
const NOBODY = { character: '', user: '' }

type Data = CharacterCard['data']

function ownFieldsOf({ extensions }: Data): z.infer<typeof OwnFields> {
  const parsed = z.object({ [OWN_KEY]: OwnFields }).safeParse(extensions)
  return parsed.success ? (parsed.data[OWN_KEY] ?? {}) : {}
}

function bodyOf(data: Data, names: { character: string; user: string }): string {
  const { character } = names
  const parts: [heading: string, text: string | undefined][] = [
    [`Who ${character} is`, data.description],
    [`What ${character} is like`, data.personality],
    ['Where you are', data.scenario],
    [`How ${character} talks, for example`, data.mes_example],
    ['How to play', data.system_prompt],
    ['What to keep to at every reply', data.post_history_instructions],
  ]
  const written = parts
    .map(([heading, text]) => [heading, plainCardText(text, names)] as const)
    .filter(([, text]) => text !== '')
    .map(([heading, text]) => `${heading}\n${text}`)
  const opening = `You are ${character}, a character who talks with the learner of a language.`
  return [opening, ...written].join('\n\n')
}

function notesOn(
  data: Data,
  { own, persona, isCut }: { own: z.infer<typeof OwnFields>; persona: PersonaFile; isCut: boolean },
): string[] {
  const has = (value: unknown) => (Array.isArray(value) ? value.length > 0 : Boolean(value))
  return [
    ...(own.emotions ? [] : ['emotions: only neutral; name those that the character can show']),
    ...(own.scripted_lines ? [] : ['scripted_lines: lines that fit anybody; write some of its own']),
    ...(has(data.first_mes) ? [] : ['greeting: the card has no first message; write one']),
    ...(isCut ? [`greeting: shortened to ${MAX_GREETING} characters; the whole first message is kept`] : []),
    ...(has(data.alternate_greetings) ? ['alternate_greetings: kept, never said'] : []),
    ...(has(data.character_book) ? ['character_book: kept, its entries are not told to the model'] : []),
    ...(persona.system_prompt.length > LONG_BODY_CHARACTERS
      ? [`the text has ${persona.system_prompt.length} characters, which every message pays for: shorten it`]
      : []),
    'read it through before publishing: it is the instruction of a model, and somebody else wrote it',
  ]
}
