import { z } from 'zod'
import type { KeyPath } from '#platform/authored/fault.ts'
import { isDeeperThanKept, type Json } from './kept-json.ts'

const Text = z.string('must be text').optional()

/** What is read of a character card, V2 or V3; everything else in it is kept unread. */
const CharacterCard = z.looseObject({
  spec: z.enum(['chara_card_v2', 'chara_card_v3'], "must be 'chara_card_v2' or 'chara_card_v3'"),
  spec_version: z.string('must be text'),
  data: z.looseObject({
    name: z.string('must be text').refine((name) => /[\p{L}\p{N}]/u.test(name), 'must be a name'),
    nickname: Text,
    description: Text,
    personality: Text,
    scenario: Text,
    first_mes: Text,
    mes_example: Text,
    creator_notes: Text,
    system_prompt: Text,
    post_history_instructions: Text,
    alternate_greetings: z.array(z.string('must be text'), 'must be a list of texts').optional(),
    tags: z.array(z.string('must be text'), 'must be a list of texts').optional(),
    character_book: z.looseObject({}, 'must be an object').nullish(),
    extensions: z.looseObject({}, 'must be an object').optional(),
  }),
})

export type CharacterCard = z.infer<typeof CharacterCard>

export type CardFault = { path: KeyPath; message: string }

/** `raw` is the card exactly as it was, `card` what is read of it. */
export type ReadCard = { raw: Json; card: CharacterCard }

export function checkCard(value: unknown): ReadCard | CardFault[] {
  if (isDeeperThanKept(value)) return [{ path: [], message: 'is nested too deeply for a character card' }]
  const parsed = CharacterCard.safeParse(value)
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => ({
      path,
      message: path.length === 0 || isMissing(value, path) ? missing(path) : message,
    }))
  }
  return { raw: z.json().parse(value), card: parsed.data }
}

function isMissing(value: unknown, path: KeyPath): boolean {
  let found = value
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return true
    found = Reflect.get(found, key)
  }
  return found === undefined
}

const missing = (path: KeyPath) =>
  path.length === 0 ? 'is no character card: an object with spec, spec_version and data' : 'is missing'
