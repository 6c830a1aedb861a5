import type { RequestHandler } from 'express'

/** No answer is kept by caches or guessed to be of another type. What may be kept sets `Cache-Control` itself. */
export const ANSWER_HEADERS = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' } as const

export const answerHeaders: RequestHandler = (_req, res, next) => {
  res.set(ANSWER_HEADERS)
  next()
}
