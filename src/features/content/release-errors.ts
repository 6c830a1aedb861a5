import { AppError } from '#base/errors.ts'
import type { Label, LabelMove } from './release.ts'

export const contentInvalid = (faults: readonly string[]) =>
  new AppError('invalid', 'content.invalid', `The authored content has faults:\n${faults.join('\n')}`)

export const releaseNotFound = (number: number) =>
  new AppError('not_found', 'release.not_found', `There is no release ${number}: see malgil content log`)

export const labelUnset = (label: Label) =>
  new AppError(
    'not_found',
    'label.unset',
    `The label ${label} points to no release yet: run malgil content publish --label ${label}`,
  )

/** Compare and set: somebody else moved the label since it was looked at. */
export const labelMoved = (label: Label, expected: number | null, last: LabelMove | undefined) =>
  new AppError(
    'conflict',
    'label.moved',
    `The label ${label} no longer points to ${expected === null ? 'no release' : `release ${expected}`}: ${
      last
        ? `${last.movedBy} moved it to release ${last.to} at ${last.movedAt.toISOString()}${last.message ? ` (${last.message})` : ''}`
        : 'it points to no release'
    }. Nothing was changed; see malgil content diff and try again`,
  )

export const noEarlierRelease = (label: Label, { steps, earlier }: { steps: number; earlier: number }) =>
  new AppError(
    'invalid',
    'label.no_earlier_release',
    `The label ${label} cannot go back ${steps}: there ${earlier === 1 ? 'is 1 release' : `are ${earlier} releases`} before the present one`,
  )

export const releaseUnreadable = (file: string, reason: string) =>
  new AppError(
    'unprocessable',
    'release.unreadable',
    `This version of malgil cannot read ${file} as it was published: ${reason}`,
  )

export const pathUnknown = (path: string) =>
  new AppError(
    'invalid',
    'content.path_unknown',
    `${path} names no authored file, neither here nor published`,
  )

export const pathIsPartial = (path: string) =>
  new AppError(
    'invalid',
    'content.path_is_partial',
    `${path} is published with the prompts that have it in them: name those, or the folder`,
  )

export const servesLabel = (label: string) =>
  new AppError(
    'conflict',
    'content.serves_label',
    `This database serves the label ${label}: set MALGIL_CONTENT=${label}, or MALGIL_CONTENT=files to serve the files of this checkout in its place`,
  )
