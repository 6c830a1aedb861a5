/** What a conversation needs of an authored persona; the content room checks the files against more. */
export type Persona = {
  name: string
  system_prompt: string
  emotions: string[]
  greeting: string
  scripted_lines: string[]
}

/** The line that comes after `spoken` replies; the last one repeats. */
export const scriptedLineOf = ({ scripted_lines }: Persona, spoken: number): string =>
  scripted_lines[Math.min(spoken, scripted_lines.length - 1)] ?? ''
