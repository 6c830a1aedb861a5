/** `[MUSIC PLAYING]`, `(laughs)`, `*coughs*`: what a transcriber tells of the sound, not words in it. */
const ANNOTATION = /\[[^\]]*\]|\([^)]*\)|（[^）]*）|【[^】]*】|<[^>]*>|\*[^*]+\*/g

/** `Speaker 1:`, `SPEAKER_00:`, `MARY:`, `Interviewer:` before what somebody says. */
const SPEAKER =
  /(?:^|(?<=[.!?…]\s)|(?<=\n))(?:(?:speaker|spk|person|voice|interviewer|interviewee|narrator|host|guest|teacher|student|learner|man|woman|male|female|boy|girl)[ _-]?\d*|[A-Z]{2,}(?:[ _]\d+)?)\s*:(?=\s)/gi

export type Span = { start: number; end: number }

/** Where in a transcript text stands that nobody said. */
export function findAnnotations(text: string): Span[] {
  return [ANNOTATION, SPEAKER].flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ({ 0: found, index }) => ({
      start: index,
      end: index + found.length,
    })),
  )
}
