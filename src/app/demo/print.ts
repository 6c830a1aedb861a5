import colors from 'picocolors'
import type { AssessedWord, Assessment } from '#engines/speech/assessment.ts'
import type { DemoCorrection, DemoSession, DemoTurn } from './demo-client.ts'

const GOOD = 75
const FAIR = 60
const SHOWN_SCORES = ['overall', 'accuracy', 'fluency', 'prosody', 'completeness'] as const

export function printHeading(text: string): void {
  console.log(`\n${colors.bold(colors.cyan(`── ${text}`))}`)
}

export function printLine(who: 'partner' | 'learner', text: string, note = ''): void {
  const name = who === 'partner' ? colors.magenta('partner') : colors.blue('learner')
  console.log(`${name}  ${text}${note ? colors.dim(`  (${note})`) : ''}`)
}

export function printAssessment(assessment: Assessment): void {
  const { scores, words, fluency, audio, scorer, basis, durationMs } = assessment
  console.log(
    `words    ${words.map(({ text, score }) => colorOf(score)(`${text} ${score ?? '–'}`)).join('  ')}`,
  )
  for (const word of words) console.log(`         ${describeWord(word)}`)
  const shown = SHOWN_SCORES.map((name) => `${name} ${colorOf(scores[name])(String(scores[name] ?? '–'))}`)
  console.log(`scores   ${shown.join('  ')}  ${colors.dim(`(${basis} by ${scorer.name} ${scorer.version})`)}`)
  if (fluency) {
    const pauses = fluency.pauses
      .map(({ startMs, durationMs: length }) => `${length} ms at ${startMs}`)
      .join(', ')
    console.log(
      `fluency  ${fluency.syllablesPerSecond} syllables/s, articulation rate ${fluency.articulationRate}, pauses: ${pauses || 'none'}`,
    )
  }
  console.log(
    `audio    ${durationMs} ms, signal to noise ${audio.snrDb ?? '–'} dB, speech ${Math.round(audio.speechRatio * 100)} %`,
  )
}

function describeWord({ text, status, startMs, endMs, phones }: AssessedWord): string {
  const spans = startMs === null ? 'not spoken' : `${startMs}–${endMs} ms`
  const sounds = phones.map(({ phone, score, heard }) =>
    colorOf(score)(`${phone} ${score ?? '–'}${heard ? ` heard ${heard}` : ''}`),
  )
  return `${text.padEnd(12)} ${colors.dim(`${status}, ${spans}`)}  ${sounds.join(' ')}`
}

function colorOf(score: number | null): (text: string) => string {
  if (score === null) return colors.dim
  if (score >= GOOD) return colors.green
  return score >= FAIR ? colors.yellow : colors.red
}

/** What was noticed, with what the sound needs; says plainly where nobody judged the words. */
export function printFeedback({
  feedback,
  judgement,
  unjudgedReason,
}: Pick<DemoTurn, 'feedback' | 'judgement' | 'unjudgedReason'>): void {
  if (!feedback) return
  const lines = [
    feedback.goalReached && `goal reached: ${feedback.goalReached}`,
    feedback.betterWording && `better: "${feedback.betterWording}"`,
    ...feedback.mistakes.map(({ said, correction }) => `"${said}" should be "${correction}"`),
    ...feedback.words.map(
      ({ word, phones }) =>
        `practise "${word}"${phones[0] ? `: ${phones.map(({ phone, heard }) => (heard ? `${phone} sounded like ${heard}` : phone)).join(', ')}` : ''}`,
    ),
  ].filter(Boolean)
  const isClean = judgement !== null && judgement.corrections.length === 0
  if (lines.length > 0 || isClean) console.log(`feedback ${lines.join('; ') || 'nothing to correct'}`)
  for (const { explanation, tip } of feedback.advice ?? []) {
    console.log(`advice   ${explanation}${tip ? ` ${tip}` : ''}`)
  }
  if (judgement === null) console.log(`wording  not judged: ${whyNot(unjudgedReason)}`)
}

const REASONS: Readonly<Record<string, string>> = {
  scripted: 'no model is set up, so nobody looked for mistakes beyond those the author wrote down',
  no_audio: 'the turn was typed, so there was no sound',
  words_not_judged: 'nobody judged the words, because no model is set up',
  no_turn_was_scored: 'no turn was spoken',
}

/** A reason code in words a reader knows. */
export const whyNot = (reason: string | null | undefined): string =>
  REASONS[reason ?? ''] ?? reason ?? 'no reason was given'

export function printCorrections(corrections: readonly DemoCorrection[]): void {
  for (const { from, to, kind } of corrections) console.log(`${kind.padEnd(8)} "${from}" should be "${to}"`)
}

export function printSummary({ goals, scores, unscored, suggestions }: DemoSession): void {
  for (const { description, met } of goals)
    console.log(`${met ? colors.green('✓') : colors.dim('·')} ${description}`)
  const shown = Object.entries(scores).map(([name, score]) => `${name} ${score ?? '–'}`)
  console.log(shown.join('  '))
  for (const [name, reason] of Object.entries(unscored)) console.log(`${name} not scored: ${whyNot(reason)}`)
  for (const { kind, text } of suggestions ?? []) console.log(`next     ${kind}: ${text}`)
}
