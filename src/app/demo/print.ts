import colors from 'picocolors'
import type { AssessedWord, Assessment } from '#engines/speech/assessment.ts'
import type { TableContents } from '#platform/db/describe-rows.ts'
import type { DemoCorrection, DemoFeedback, DemoSession } from './demo-client.ts'

const GOOD = 75
const FAIR = 60
const SHOWN_SCORES = ['overall', 'accuracy', 'fluency', 'prosody', 'completeness'] as const
const MAX_ROW_CHARACTERS = 150

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

export function printFeedback(feedback: DemoFeedback | null): void {
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
  console.log(`feedback ${lines.length > 0 ? lines.join('; ') : 'nothing to correct'}`)
}

export function printCorrections(corrections: readonly DemoCorrection[]): void {
  for (const { from, to, kind } of corrections) console.log(`${kind.padEnd(8)} "${from}" should be "${to}"`)
}

export function printSummary({ goals, scores, unscored, suggestions }: DemoSession): void {
  for (const { description, met } of goals)
    console.log(`${met ? colors.green('✓') : colors.dim('·')} ${description}`)
  const shown = Object.entries(scores).map(([name, score]) => `${name} ${score ?? `– (${unscored[name]})`}`)
  console.log(shown.join('  '))
  for (const { kind, text } of suggestions ?? []) console.log(`next     ${kind}: ${text}`)
}

export function printRows(contents: TableContents[]): void {
  for (const { table, rowCount, fullestRow } of contents) {
    const shown = Object.entries(fullestRow)
      .filter(isTelling)
      .map(([name, value]) => `${name}=${String(value)}`)
    const line = shown.join('  ').slice(0, MAX_ROW_CHARACTERS)
    console.log(`${table.padEnd(24)} ${String(rowCount).padStart(3)}  ${colors.dim(line)}`)
  }
}

/** Ids, times and hashes tell a person nothing, and whole documents too much. */
function isTelling([name, value]: [string, unknown]): boolean {
  return value !== null && typeof value !== 'object' && !/(_id|_at|_time|_hash|sha256|_key)$|^id$/.test(name)
}
