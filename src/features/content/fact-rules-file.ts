import { z } from 'zod'
import { loadAuthoredYaml } from '#platform/authored/load-authored.ts'
import { Extensions, nameLike, prose } from './authored-text.ts'
import type { ContentFile } from './content-catalogue.ts'
import { fileFault, type Report, readContentFolder } from './content-folder.ts'

export const LEARNER_FACTS = 'learner-facts'
const NAME = 'sensitive'

/** `prompts/learner-facts/sensitive.yaml`: what is never remembered about a learner. */
export const FactRulesFile = z.strictObject({
  /** What is told by its form and not by words. */
  shapes: z.array(z.enum(['email', 'web_address', 'long_number', 'street_number'])).default([]),
  categories: z
    .array(
      z.strictObject({
        id: nameLike(50),
        words: z
          .array(
            prose(60).regex(
              /^[^*]*[^*\s][^*]*\*?$/,
              'may have one * at its end, for words that begin like this',
            ),
          )
          .min(1)
          .max(500),
      }),
    )
    .min(1)
    .max(50),
  extensions: Extensions.optional(),
})

export type FactRulesFile = z.infer<typeof FactRulesFile>

/** The one file of its folder, if there is one. */
export function readFactRules(root: string, report: Report): ContentFile<FactRulesFile>[] {
  const rules = { ending: '.yaml', isOptional: true }
  const { files } = readContentFolder(root, `prompts/${LEARNER_FACTS}`, rules, report)
  return files.flatMap(({ path, name }) => {
    if (name !== NAME) {
      report(fileFault(path, `does not belong here: the only file is ${NAME}.yaml`))
      return []
    }
    const loaded = loadAuthoredYaml(FactRulesFile, root, path)
    if (loaded.ok) {
      const { value, contentHash, faultAt } = loaded
      return [{ file: path, value, contentHash, faultAt }]
    }
    report(...loaded.faults)
    return []
  })
}

/** As the room that remembers takes them; without the file nothing may be remembered. */
export const toFactRules = (files: readonly ContentFile<FactRulesFile>[]): FactRulesFile | undefined =>
  files[0]?.value
