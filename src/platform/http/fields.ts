import { z } from 'zod'

/** PostgreSQL refuses U+0000, and half of a surrogate pair is no character. */
export const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0')

export const NOT_STORABLE = 'Contains a character that is not text'

/** An id in a request. Every spelling of it becomes the one that is stored, so that limits and folders see one learner. */
export const uuidField = () => z.uuid().toLowerCase()

/** Text of a path, query or body that is compared with stored text: a name, a category, a cursor. */
export const textField = (maxCharacters: number) =>
  z.string().max(maxCharacters).refine(isStorable, NOT_STORABLE)

const FIRST_DAY = '2000-01-01'
const LAST_DAY = '2999-12-31'

/** A calendar day that every part of the service can count with. */
export const dayField = () =>
  z.iso
    .date()
    .refine((day) => day >= FIRST_DAY && day <= LAST_DAY, `Must lie between ${FIRST_DAY} and ${LAST_DAY}`)

/** A query that asks for something to be erased along; it is kept unless asked. */
export const keepOrErase = () => z.enum(['keep', 'erase']).default('keep')
