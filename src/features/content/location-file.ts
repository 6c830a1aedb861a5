import { z } from 'zod'
import { Bilingual, Extensions, nameLike, prose } from './authored-text.ts'
import { MAX_ENTRIES } from './variation-outline.ts'

const listOf = <Schema extends z.ZodType>(entry: Schema) => z.array(entry).max(MAX_ENTRIES)

/** Something worth being able to say or to understand, and what it means. */
const Expression = z.strictObject({ text: prose(300), meaning: Bilingual })

/** `prompts/locations/<name>.yaml`: a real place that situations can be set in. */
export const LocationFile = z.strictObject({
  location_name: nameLike(100),
  name: Bilingual,
  location_type: nameLike(50),
  /** Degrees of WGS 84, north and east positive. */
  coordinates: z.strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  }),
  district: prose(50),
  address: prose(300).optional(),
  common_situations: listOf(prose(300)).min(1),
  useful_expressions: listOf(Expression).min(1),
  cultural_notes: Bilingual,
  related_situations: listOf(nameLike(100)).default([]),
  is_active: z.boolean().default(true),
  extensions: Extensions.optional(),
})

/** `prompts/cultural-contexts/<name>.yaml`: a custom, a dialect or a feast that learners meet or have to explain. */
export const CulturalContextFile = z.strictObject({
  context_name: nameLike(100),
  name: Bilingual,
  category: nameLike(50),
  description: Bilingual,
  usage_examples: listOf(Expression).min(1),
  related_situations: listOf(nameLike(100)).default([]),
  difficulty_level: z.enum(['beginner', 'intermediate', 'advanced']),
  is_active: z.boolean().default(true),
  extensions: Extensions.optional(),
})

export type LocationFile = z.infer<typeof LocationFile>
export type CulturalContextFile = z.infer<typeof CulturalContextFile>
