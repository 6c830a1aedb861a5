import { z } from 'zod'
import { AppError } from '#base/errors.ts'
import type { PersonaFile } from '../persona-file.ts'
import { checkCard, type ReadCard } from './card.ts'
import { CARD_KEY, cardToPersona, OWN_KEY } from './card-to-persona.ts'
import { fromKept, type Json } from './kept-json.ts'

export type CardSpec = 'v2' | 'v3'

export type ExportedCard = { card: Json; keyword: 'chara' | 'ccv3' }

type Changes = Record<string, Json>

/** The card that the persona came from, with what was edited since; one of its own for a persona without. */
export function personaToCard(persona: PersonaFile, spec: CardSpec | undefined): ExportedCard {
  const kept = persona.extensions?.[CARD_KEY]
  if (kept === undefined) return newCard(persona, spec ?? 'v2')
  const original = checkCard(fromKept(kept))
  if (Array.isArray(original)) throw cardSpoilt(persona.id)
  const own = original.card.spec === 'chara_card_v3' ? 'v3' : 'v2'
  if (spec !== undefined && spec !== own) throw otherSpec(persona.id, own)
  return { card: withChanges(original, persona), keyword: KEYWORD[own] }
}

const KEYWORD = { v2: 'chara', v3: 'ccv3' } as const

function withChanges(original: ReadCard, persona: PersonaFile): Json {
  const { persona: before } = cardToPersona(original, persona)
  const changes: Changes = {
    ...(persona.name === before.name ? {} : { name: persona.name }),
    ...(persona.greeting === before.greeting ? {} : { first_mes: persona.greeting }),
    ...(persona.description === before.description ? {} : { creator_notes: persona.description }),
    ...(persona.system_prompt === before.system_prompt ? {} : bodyFields(persona.system_prompt)),
  }
  const isSame = JSON.stringify(ownFields(persona)) === JSON.stringify(ownFields(before))
  return withData(original.raw, changes, isSame ? undefined : ownFields(persona))
}

/** The body was edited as one: it cannot be told apart any more what of it stood in which field. */
const bodyFields = (body: string): Changes => ({
  description: body,
  personality: '',
  scenario: '',
  mes_example: '',
  system_prompt: '',
  post_history_instructions: '',
})

const ownFields = ({ emotions, scripted_lines, avatar_model }: PersonaFile): Changes => ({
  emotions,
  scripted_lines,
  ...(avatar_model === undefined ? {} : { avatar_model }),
})

const JsonObject = z.record(z.string(), z.json())

function withData(raw: Json, changes: Changes, own: Changes | undefined): Json {
  if (Object.keys(changes).length === 0 && !own) return raw
  const card = JsonObject.parse(raw)
  const data = JsonObject.parse(card.data)
  const extensions = own && { extensions: { ...JsonObject.parse(data.extensions ?? {}), [OWN_KEY]: own } }
  return { ...card, data: { ...data, ...changes, ...extensions } }
}

function newCard(persona: PersonaFile, spec: CardSpec): ExportedCard {
  const card = {
    spec: `chara_card_${spec}`,
    spec_version: spec === 'v2' ? '2.0' : '3.0',
    data: {
      name: persona.name,
      ...bodyFields(persona.system_prompt),
      first_mes: persona.greeting,
      creator_notes: persona.description,
      alternate_greetings: [],
      tags: [],
      creator: '',
      character_version: '',
      extensions: { [OWN_KEY]: ownFields(persona) },
      ...(spec === 'v3' ? { group_only_greetings: [] } : {}),
    },
  }
  return { card, keyword: KEYWORD[spec] }
}

const cardSpoilt = (id: string) =>
  new AppError(
    'invalid',
    'card.spoilt',
    `personas/${id}.persona.md: extensions.${CARD_KEY} was changed and is no character card any more`,
  )

const otherSpec = (id: string, spec: CardSpec) =>
  new AppError(
    'invalid',
    'card.other_spec',
    `${id} comes from a ${spec} card and can only be exported as one`,
  )
