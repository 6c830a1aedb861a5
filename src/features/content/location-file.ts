import { z } from 'zod'
import { Bilingual, Extensions, nameLike, prose } from './authored-text.ts'
import { MAX_ENTRIES } from './variation-outline.ts'

const listOf = <Schema extends z.ZodType>(entry: Schema) => z.array(entry).max(MAX_ENTRIES)

/** Something worth being able to say or to understand, and what it means. */
const Expression = z.strictObject({
  text: prose(300).describe('What one says'),
  meaning: Bilingual.describe('What it means'),
})

/** `prompts/locations/<name>.yaml`: a real place that situations can be set in. */
export const LocationFile = z.strictObject({
  location_name: nameLike(100).describe('As the file is called, without .yaml'),
  name: Bilingual.describe('What the place is called'),
  location_type: nameLike(50).describe('What kind of place it is, such as market or park'),
  coordinates: z
    .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
    .describe('Degrees of WGS 84, north and east positive'),
  district: prose(50).describe('The part of the city'),
  address: prose(300).optional().describe('Where it is'),
  common_situations: listOf(prose(300)).min(1).describe('What one does there'),
  useful_expressions: listOf(Expression).min(1).describe('What is worth being able to say there'),
  cultural_notes: Bilingual.describe('What is worth knowing'),
  related_situations: listOf(nameLike(100)).default([]).describe('Folders of prompts/situations'),
  is_active: z.boolean().default(true).describe('false hides it from the catalogue'),
  extensions: Extensions.optional().describe('Keys of your own'),
})

/** `prompts/cultural-contexts/<name>.yaml`: a custom, a dialect or a feast that learners meet or have to explain. */
export const CulturalContextFile = z.strictObject({
  context_name: nameLike(100).describe('As the file is called, without .yaml'),
  name: Bilingual.describe('What the custom is called'),
  category: nameLike(50).describe('What kind of thing it is, such as custom, dialect or festival'),
  description: Bilingual.describe('What it is, for somebody who does not know it'),
  usage_examples: listOf(Expression).min(1).describe('What one says'),
  related_situations: listOf(nameLike(100)).default([]).describe('Folders of prompts/situations'),
  difficulty_level: z.enum(['beginner', 'intermediate', 'advanced']).describe('The level of the expressions'),
  is_active: z.boolean().default(true).describe('false hides it from the catalogue'),
  extensions: Extensions.optional().describe('Keys of your own'),
})

export type LocationFile = z.infer<typeof LocationFile>
export type CulturalContextFile = z.infer<typeof CulturalContextFile>
