import { AppError } from '#base/errors.ts'

/** The caller and the template disagree: a mistake of ours, never of the learner. */
export const promptNotRenderable = (name: string, reason: string) =>
  new AppError('internal', 'prompt.not_renderable', `Prompt ${name} cannot be rendered: ${reason}`)
