/** `[MUSIC PLAYING]`, `(laughs)`, `*coughs*`: what a transcriber tells of the sound, not words in it. */
const ANNOTATION = /\[[^\]]*\]|\([^)]*\)|（[^）]*）|【[^】]*】|<[^>]*>|\*[^*]+\*/g

/** Where a sentence begins. */
const START = String.raw`(?:^|(?<=[.!?…]\s))`
/** `Speaker 1:`, `Interviewer:` before what somebody says. */
const ROLE = new RegExp(
  String.raw`${START}(?:speaker|spk|person|voice|interviewer|interviewee|narrator|host|guest|teacher|student|learner|man|woman|male|female|boy|girl)[ _-]?\d*\s*:(?=\s)`,
  'gi',
)
/** `MARY:`, `SPEAKER_00:`; a name in other letters may be a word. */
const NAME = new RegExp(String.raw`${START}[A-Z]{2,}(?:[ _]\d+)?\s*:(?=\s)`, 'g')

export type Span = { start: number; end: number }

/** Where in a transcript text stands that nobody said. */
export function findAnnotations(text: string): Span[] {
  return [ANNOTATION, ROLE, NAME].flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ({ 0: found, index }) => ({
      start: index,
      end: index + found.length,
    })),
  )
}
