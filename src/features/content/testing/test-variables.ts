/** What `{{name}}` may stand for in the tests of a variation and of a persona; those of a prompt have their own. */
export const VARIATION_TEST_VARIABLES = [
  'opener',
  'closing',
  'ai_character_role',
  'difficulty_level',
] as const
export const PERSONA_TEST_VARIABLES = ['name', 'greeting'] as const

export type VariationTestVariables = Record<(typeof VARIATION_TEST_VARIABLES)[number], string>
export type PersonaTestVariables = Record<(typeof PERSONA_TEST_VARIABLES)[number], string>
