import { FALLBACK_LANGUAGE, PLACEHOLDERS } from '#engines/speech/feedback/template.ts'
import { isVowel, PHONES } from '#engines/speech/phones.ts'
import type { KeyPath } from '#platform/authored/fault.ts'
import { placeholderFaults } from './placeholders.ts'
import type { SpeechFeedbackFile, SpeechFeedbackTemplate } from './speech-feedback-file.ts'

type RuleFault = { path: KeyPath; message: string }

/** What the schema cannot see: parts that do not fit each other, and templates that could never be chosen. */
export function speechFeedbackFaults(file: SpeechFeedbackFile): RuleFault[] {
  const { templates } = file
  return [
    ...templates.flatMap((template, index) =>
      [...selectorFaults(template), ...textFaults(template)].map(({ path, message }) => ({
        path: ['templates', index, ...path],
        message,
      })),
    ),
    ...repeatedFaults(templates),
    ...coverageFaults(file),
  ]
}

function selectorFaults(template: SpeechFeedbackTemplate): RuleFault[] {
  const { kind, sound } = template
  if (kind === 'sound' && !sound) return [{ path: ['sound'], message: 'is missing' }]
  if (kind !== 'sound' && kind !== 'inserted_vowel') return meaninglessKeys(template)
  return [...placeFaults(template), ...heardFaults(template)]
}

/** What only phones have. */
function meaninglessKeys({ kind, sound, heard_as, where }: SpeechFeedbackTemplate): RuleFault[] {
  const given = { sound, heard_as, where: where === 'anywhere' ? undefined : where }
  return Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([key]) => ({ path: [key], message: `has no meaning for ${kind}` }))
}

function placeFaults({ sound, where }: SpeechFeedbackTemplate): RuleFault[] {
  if (!sound || !isVowel(sound) || where === 'anywhere' || where === 'initial') return []
  return [{ path: ['where'], message: `${sound} is a vowel: it stands in no ${where}` }]
}

function heardFaults({ kind, sound, heard_as = [] }: SpeechFeedbackTemplate): RuleFault[] {
  return heard_as.flatMap((heard, index) => {
    const path = ['heard_as', index]
    if (heard === sound) return [{ path, message: `${heard} is the sound itself` }]
    if (kind === 'inserted_vowel' && !isVowel(heard)) return [{ path, message: `${heard} is no vowel` }]
    return []
  })
}

function* textFaults({ kind, explanation, tip }: SpeechFeedbackTemplate): Generator<RuleFault> {
  const placeholders = PLACEHOLDERS[kind]
  const unknown = `which a text of kind ${kind} does not have (${placeholders.join(', ') || 'it has none'})`
  for (const [name, text] of Object.entries({ explanation, tip })) {
    for (const language of ['en', 'ko'] as const) {
      for (const message of placeholderFaults(text?.[language] ?? '', placeholders, unknown)) {
        yield { path: [name, language], message }
      }
    }
  }
}

function repeatedFaults(templates: readonly SpeechFeedbackTemplate[]): RuleFault[] {
  const keys = new Set<string>()
  const keyOfSelector = new Map<string, string>()
  return templates.flatMap((template, index) => {
    const { key } = template
    const earlier = selectorsOf(template)
      .map((selector) => keyOfSelector.get(selector))
      .find((found) => found !== undefined)
    const faults: RuleFault[] = []
    if (keys.has(key)) faults.push({ path: ['templates', index, 'key'], message: `'${key}' is given twice` })
    else if (earlier !== undefined) {
      const message = `'${key}' is for the same as '${earlier}', which would always be chosen`
      faults.push({ path: ['templates', index, 'key'], message })
    }
    keys.add(key)
    for (const selector of selectorsOf(template)) {
      if (!keyOfSelector.has(selector)) keyOfSelector.set(selector, key)
    }
    return faults
  })
}

/** One for each phone that may have been heard. */
const selectorsOf = ({ kind, sound = '', heard_as = [''], where }: SpeechFeedbackTemplate) =>
  heard_as.map((heard) => [kind, sound, heard, where].join(' '))

/** The fallback has something to say about every sound, whatever was heard and wherever it stands. */
function coverageFaults({ first_language, templates }: SpeechFeedbackFile): RuleFault[] {
  if (first_language !== FALLBACK_LANGUAGE) return []
  const covered = new Set(
    templates.map(({ sound, heard_as, where }) => (heard_as || where !== 'anywhere' ? undefined : sound)),
  )
  return PHONES.filter((phone) => !covered.has(phone)).map((phone) => ({
    path: ['templates'],
    message: `has no template for ${phone} without heard_as and where`,
  }))
}
