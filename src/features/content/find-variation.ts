import { AppError } from '#base/errors.ts'
import type { ContentCatalogue } from './content-catalogue.ts'
import type { SituationFile, VariationFile } from './situation-file.ts'

export type FoundVariation = { situation: SituationFile; variation: VariationFile }

/** By its name or `<situation>/<variation>`. Throws `content.no_variation`; where no sound file has the name, with `whyNone`. */
export function findVariation(
  { situations }: Pick<ContentCatalogue, 'situations'>,
  name: string,
  whyNone: string,
): FoundVariation {
  const found = situations.flatMap(({ value: situation, variations }) =>
    variations
      .filter(({ value: { variation_name: own } }) =>
        [own, `${situation.situation_name}/${own}`].includes(name),
      )
      .map(({ value: variation }) => ({ situation, variation })),
  )
  const [first] = found
  if (!first) throw noVariation(whyNone)
  if (found.length > 1)
    throw noVariation(`Several situations have a variation ${name}: say <situation>/${name}`)
  return first
}

export const noVariation = (message: string) => new AppError('not_found', 'content.no_variation', message)
