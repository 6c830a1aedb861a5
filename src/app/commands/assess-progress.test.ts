import { expect, test } from 'vitest'
import { createProgress } from './assess.ts'

function report(isTTY: boolean): string {
  let written = ''
  let time = 0
  const write = (text: string) => {
    written += text
  }
  const show = createProgress({ isTTY, write }, () => time)
  for (time of [1_000, 11_000, 12_000, 22_000]) show({ done: time / 1_000, problems: 0 })
  return written
}

test('progress is lines where nobody looks at a terminal (faults.md I6)', () => {
  expect(report(false)).toBe('11 done, 0 with a problem\n22 done, 0 with a problem\n')
  expect(report(true)).toMatch(/^\r1 done/)
})
